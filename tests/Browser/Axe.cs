using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Switchboard.Browser;

/// <summary>axe-core, with all its rules.</summary>
internal static class Axe
{
    public static async Task FindsNothingAsync(IPage page, string where)
    {
        var result = await page.RunAxe();
        Assert.True(
            result.Violations.Length == 0,
            $"{where}: " + string.Join('\n', result.Violations.Select(rule => $"{rule.Id}: {rule.Help}\n  " + string.Join("\n  ", rule.Nodes.Select(node => node.Html)))));
    }
}
