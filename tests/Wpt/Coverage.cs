using System.Text.RegularExpressions;

namespace Switchboard.Wpt;

/// <summary>docs/wpt-coverage.md says which file of the suite has which test. What it says must be so.</summary>
public sealed partial class Coverage
{
    private const string Namespace = "Switchboard.Wpt.";

    private static string Page => File.ReadAllText(Path.Combine(Repository.Root, "docs/wpt-coverage.md"));

    [Fact]
    public void The_page_and_the_tests_say_the_same()
    {
        Assert.Empty(Faults(Page));
        Assert.Empty(Tests.Except(Rows(Page).SelectMany(row => Names(row.Test).Select(name => (row.File, name)))));
    }

    [Fact]
    public void The_page_counts_rightly()
    {
        var rows = Rows(Page).ToList();
        var ported = rows.Count(row => Names(row.Test).Any(name => Tests.Contains((row.File, name))));
        var notKept = rows.Count(row => row.Test.StartsWith("Not kept yet: ", StringComparison.Ordinal));

        Assert.True(rows.Count > 200, "The page has lost its tables.");
        Assert.Equal(rows.Count, rows.DistinctBy(row => row.File).Count());
        var counts = $"{rows.Count} files: {ported} ported, {rows.Count - ported - notKept} do not apply, {notKept} not kept yet.";
        Assert.Contains($"\n{counts}\n", Page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("| Close-1000.any.js | `Close.Close_1000` |", 0)]
    [InlineData("| Create-on-worker-shutdown.any.js | Does not apply: there are no workers. |", 0)]
    [InlineData("| constructor/014.html | Not kept yet: there is no order. |", 0)]
    [InlineData("| Close-1000.any.js | `Close.Close_1001` |", 2)]                    // no test
    [InlineData("| Close-1000.any.js | `Close.Close_1000`, `Close.Close_1001` |", 1)]
    [InlineData("| Close-1000.any.js | `Close.Close_1005` |", 2)]                    // another file's
    [InlineData("| Close-1000.any.js | `Close` |", 2)]
    [InlineData("| Close-1000.any.js | |", 1)]
    [InlineData("| Close-1000.any.js | Does not apply: |", 1)]
    public void A_page_that_says_what_is_not_so_is_caught(string row, int faults) =>
        Assert.Equal(faults, Faults("## websockets/ itself\n\n| File | Test |\n|---|---|\n" + row).Count());

    private static HashSet<(string File, string Name)> Tests { get; } =
    [
        .. from type in typeof(Coverage).Assembly.GetTypes()
           from method in type.GetMethods()
           from test in method.GetCustomAttributes(typeof(WebPlatformTestAttribute), inherit: false).Cast<WebPlatformTestAttribute>()
           where method.IsDefined(typeof(TheoryAttribute), inherit: false)
           select (test.File, $"{type.FullName![Namespace.Length..]}.{method.Name}"),
    ];

    private static IEnumerable<string> Faults(string page)
    {
        foreach (var (file, test) in Rows(page))
        {
            var names = Names(test).ToList();
            foreach (var name in names.Where(name => !test.StartsWith("Does not", StringComparison.Ordinal) && !Tests.Contains((file, name))))
            {
                yield return $"{file} has no test {name}.";
            }

            if (!names.Exists(name => Tests.Contains((file, name))) && !Reason().IsMatch(test))
            {
                yield return $"{file} has neither a test nor a reason.";
            }
        }
    }

    // A file stands in the section of its directory.
    private static IEnumerable<(string File, string Test)> Rows(string page)
    {
        var directory = "";
        foreach (var line in page.Split('\n'))
        {
            if (Section().Match(line) is { Success: true } section)
            {
                directory = section.Groups[1].Value is { Length: > 0 } name ? name + "/" : "";
            }
            else if (line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| File |", StringComparison.Ordinal))
            {
                var cells = line.Trim().Trim('|').Split('|');
                yield return (directory + cells[0].Trim(), cells[1].Trim());
            }
        }
    }

    private static IEnumerable<string> Names(string cell) => Quoted().Matches(cell).Select(match => match.Groups[1].Value);

    // What stands for a test where there is none.
    [GeneratedRegex("^(Does not apply|Not kept yet): .")]
    private static partial Regex Reason();

    [GeneratedRegex(@"^## websockets/(\S*)")]
    private static partial Regex Section();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
