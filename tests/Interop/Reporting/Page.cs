using System.Text;
using Switchboard.Interop.Parties;

namespace Switchboard.Interop.Reporting;

/// <summary>docs/interoperability.md. The same results with the same versions are the same page.</summary>
internal static class Page
{
    private static readonly Party[] Parties = Enum.GetValues<Party>();

    public static string Of(Results results)
    {
        var page = new StringBuilder();
        page.Append(
            """
            # Interoperability

            Switchboard against clients and servers that nobody here wrote. `./test` installs each from its package, runs every scenario with
            every one of them, and writes this page; it is not written by hand. The scenarios are in [tests/Interop](../tests/Interop), a
            test each.

            A *client* here calls Switchboard's server, and a *server* is called by Switchboard's client. ClientWebSocket is the one of .NET,
            and Kestrel is the server of ASP.NET Core with the platform's own WebSocket.

            | | version |
            |---|---|

            """);
        foreach (var (name, version) in results.Versions.OrderBy(entry => entry.Key, StringComparer.OrdinalIgnoreCase))
        {
            page.Append($"| {name} | {version} |\n");
        }

        page.Append("\n\"–\" stands where the other end cannot be told to do such a thing: a page in a browser, for example, has no way to ping.\n");
        foreach (var (chapter, scenarios) in Scenario.All)
        {
            page.Append($"\n## {chapter}\n\n");
            AppendRow(page, "", Parties.Select(NameOf));
            AppendRow(page, "---", Parties.Select(_ => "---"));
            foreach (var scenario in scenarios)
            {
                AppendRow(page, scenario.Title, Parties.Select(party => Tell(results.Outcome(scenario, party))));
            }
        }

        AppendAgreements(page, results);
        return page.ToString();
    }

    // The parameters are the server's answer to what the client offers: the outcome of both.
    private static void AppendAgreements(StringBuilder page, Results results)
    {
        page.Append("\n## What was agreed on\n\n");
        AppendRow(page, "", ["with", "Sec-WebSocket-Extensions, as the server answers"]);
        AppendRow(page, "---", ["---", "---"]);
        foreach (var scenario in Scenario.All.SelectMany(chapter => chapter.Scenarios))
        {
            foreach (var party in Parties.Where(party => results.Extensions(scenario, party).Length > 0))
            {
                AppendRow(page, scenario.Title, [NameOf(party), $"`{results.Extensions(scenario, party)}`"]);
            }
        }
    }

    private static void AppendRow(StringBuilder page, string first, IEnumerable<string> others) =>
        page.Append($"| {string.Join(" | ", others.Prepend(first))} |\n".Replace("|  |", "| |", StringComparison.Ordinal));

    private static string NameOf(Party party)
    {
        var description = PartyDescription.Of(party);
        return $"{description.Name} {description.Role}";
    }

    private static string Tell(bool? outcome) => outcome switch
    {
        true => "yes",
        false => "**failed**",
        null => "–",
    };
}
