using System.Text.RegularExpressions;
using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests;

/// <summary>docs/protocol-coverage.md says where each rule acts and which test holds it. What it says must be so.</summary>
public partial class Protocol_coverage
{
    private const string OtherTests = "Switchboard.Tests";

    private static string Page => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol-coverage.md"));

    [Fact]
    public void Coverage_page_names_existing_tests()
    {
        Assert.Empty(Faults(Page));
        Assert.True(Rows(Page).Count() > 80, "The page has lost its tables.");
    }

    [Fact]
    public void Coverage_page_names_every_class_of_tests()
    {
        // A class for a section that no line of the page names would be a rule without its third home.
        var named = Rows(Page).SelectMany(row => Names(row.Test)).Select(name => name.Split('.')[0]).ToHashSet();
        var unnamed = typeof(Protocol_coverage).Assembly.GetTypes()
            .Where(type => type != typeof(Protocol_coverage) && type.GetMethods().Any(IsTest))
            .Select(type => type.Name)
            .Where(name => !named.Contains(name))
            .ToList();

        Assert.Empty(unnamed);
    }

    [Theory]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Section_5_2_Base_framing.Reads_each_length_form` |", 0)]
    [InlineData("| rule | Switchboard | `Switchboard.Tests` |", 0)]
    [InlineData("| rule | - | Does not apply: we are an endpoint. |", 0)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Section_5_2_Base_framing.Reads_no_such_thing` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `No_such_class.Reads_each_length_form` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Section_5_2_Base_framing.ToString` |", 1)]          // no test
    [InlineData("| rule | `Frames/FrameReader.cs` | |", 1)]
    [InlineData("| rule | `Frames/NoSuchReader.cs` | `Section_5_2_Base_framing.Reads_each_length_form` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Switchboard.Tests` |", 1)]  // ours, so the test is ours too
    [InlineData("| rule | Switchboard | `Section_5_2_Base_framing.Reads_no_such_thing` |", 2)]
    public void A_page_that_says_what_is_not_so_is_caught(string row, int faults) =>
        Assert.Equal(faults, Faults("| Rule | Where | Test |\n|---|---|---|\n" + row).Count());

    private static IEnumerable<string> Faults(string page)
    {
        foreach (var (rule, where, test) in Rows(page))
        {
            var names = Names(test).ToList();
            foreach (var name in names.Where(name => name != OtherTests && !IsNamedTest(name)))
            {
                yield return $"'{rule}' names the test {name}, which does not exist.";
            }

            var files = Names(where).ToList();
            foreach (var file in files.Where(file => !IsCodeFile(file)))
            {
                yield return $"'{rule}' names the file {file}, which does not exist.";
            }

            var isElsewhere = where == "Switchboard";
            if (isElsewhere ? !names.Contains(OtherTests) : files.Count > 0 && !names.Exists(name => name != OtherTests))
            {
                yield return $"'{rule}' names no test of where it acts.";
            }
        }
    }

    private static IEnumerable<(string Rule, string Where, string Test)> Rows(string page) =>
        from line in page.Split('\n')
        where line.StartsWith("| ", StringComparison.Ordinal) && !line.StartsWith("| Rule |", StringComparison.Ordinal)
        let cells = line.Trim().Trim('|').Split('|')
        select (cells[0].Trim(), cells[1].Trim(), cells[2].Trim());

    private static IEnumerable<string> Names(string cell) => Quoted().Matches(cell).Select(match => match.Groups[1].Value);

    private static bool IsNamedTest(string name) =>
        name.Split('.') is [var type, var method] &&
        typeof(Protocol_coverage).Assembly.GetTypes().Any(candidate => candidate.Name == type && candidate.GetMethods().Any(m => m.Name == method && IsTest(m)));

    // A file has the name of its main type, and its folder is the end of the type's namespace.
    private static bool IsCodeFile(string file) =>
        typeof(ProtocolConnection).Assembly.GetTypes().Any(type => $"{type.Namespace}.{type.Name}" == "Switchboard.Protocol." + file.Replace(".cs", "", StringComparison.Ordinal).Replace('/', '.'));

    private static bool IsTest(System.Reflection.MethodInfo method) => method.IsDefined(typeof(FactAttribute), inherit: true);

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
