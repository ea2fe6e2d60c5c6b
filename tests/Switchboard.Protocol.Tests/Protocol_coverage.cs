using System.Text.RegularExpressions;
using Switchboard.Protocol.Connection;

namespace Switchboard.Protocol.Tests;

/// <summary>docs/protocol-coverage.md says where each rule acts and which test holds it. What it says must be so.</summary>
public partial class Protocol_coverage
{
    // The sources of the other projects' tests, which are not referenced here.
    private static readonly Lazy<List<string>> OtherTests = new(() =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(RootAbove(AppContext.BaseDirectory), "tests"))
            .Where(project => Path.GetFileName(project) != typeof(Protocol_coverage).Namespace)
            .SelectMany(project => Directory.EnumerateFiles(project, "*Tests.cs", SearchOption.AllDirectories))
            .Select(File.ReadAllText),
    ]);

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
    [InlineData("| rule | Switchboard | `CloseTests.Without_a_code_it_is_1005` |", 0)]
    [InlineData("| rule | Switchboard | `CloseTests.By_a_breach_of_the_protocol_the_peer_is_told_which` |", 0)]      // a theory
    [InlineData("| rule | Switchboard | Not done yet: nobody has written it. |", 0)]
    [InlineData("| rule | Switchboard | Does not apply: we are an endpoint. |", 0)]
    [InlineData("| rule | - | Does not apply: we are an endpoint. |", 0)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Section_5_2_Base_framing.Reads_no_such_thing` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `No_such_class.Reads_each_length_form` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `Section_5_2_Base_framing.ToString` |", 1)]          // no test
    [InlineData("| rule | `Frames/FrameReader.cs` | |", 1)]
    [InlineData("| rule | `Frames/NoSuchReader.cs` | `Section_5_2_Base_framing.Reads_each_length_form` |", 1)]
    [InlineData("| rule | `Frames/FrameReader.cs` | `CloseTests.Without_a_code_it_is_1005` |", 1)]  // ours, so the test is ours too
    [InlineData("| rule | Switchboard | `Section_5_2_Base_framing.Reads_no_such_thing` |", 2)]
    [InlineData("| rule | Switchboard | `Section_5_2_Base_framing.Reads_each_length_form` |", 1)]    // theirs, so the test is theirs too
    [InlineData("| rule | Switchboard | `Switchboard.Tests` |", 2)]                                  // a project
    [InlineData("| rule | Switchboard | `CloseTests` |", 2)]                                         // a class
    [InlineData("| rule | Switchboard | `CloseTests.Without_such_a_test` |", 2)]
    [InlineData("| rule | Switchboard | `CloseTests.Without_a_code` |", 2)]                          // the beginning of a name
    [InlineData("| rule | Switchboard | `CloseTests.OpenAsync` |", 2)]                               // no test
    [InlineData("| rule | Switchboard | `SendTests.Without_a_code_it_is_1005` |", 2)]                // another class's
    [InlineData("| rule | Switchboard | `CloseTests.Without_a_code_it_is_1005`, `Switchboard.Tests` |", 1)]
    [InlineData("| rule | Switchboard | Not done yet: see `CloseTests.Without_such_a_test`. |", 1)]
    [InlineData("| rule | Switchboard | Not done yet: |", 1)]
    [InlineData("| rule | Switchboard | |", 1)]
    [InlineData("| rule | - | |", 1)]
    public void A_page_that_says_what_is_not_so_is_caught(string row, int faults) =>
        Assert.Equal(faults, Faults("| Rule | Where | Test |\n|---|---|---|\n" + row).Count());

    private static IEnumerable<string> Faults(string page)
    {
        foreach (var (rule, where, test) in Rows(page))
        {
            var names = Names(test).ToList();
            foreach (var name in names.Where(name => !IsOurTest(name) && !IsOtherTest(name)))
            {
                yield return $"'{rule}' names the test {name}, which does not exist.";
            }

            var files = Names(where).ToList();
            foreach (var file in files.Where(file => !IsCodeFile(file)))
            {
                yield return $"'{rule}' names the file {file}, which does not exist.";
            }

            var isHeld = where switch
            {
                "Switchboard" => names.Exists(IsOtherTest) || Reason().IsMatch(test),
                "-" => test.Length > 0,
                _ => names.Exists(name => !IsOtherTest(name)),
            };
            if (!isHeld)
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

    private static bool IsOurTest(string name) =>
        name.Split('.') is [var type, var method] &&
        typeof(Protocol_coverage).Assembly.GetTypes().Any(candidate => candidate.Name == type && candidate.GetMethods().Any(m => m.Name == method && IsTest(m)));

    // A test is a method below a [Fact] or [Theory], in a file that has the class.
    private static bool IsOtherTest(string name) =>
        name.Split('.') is [var type, var method] &&
        OtherTests.Value.Exists(source =>
            Regex.IsMatch(source, $@"^[\w ]*\bclass {Regex.Escape(type)}\b", RegexOptions.Multiline) &&
            Regex.IsMatch(source, $@"^ *\[(Fact|Theory)\b.*\n( *\[.*\n)* *public [\w ]+ {Regex.Escape(method)}\(", RegexOptions.Multiline));

    // A file has the name of its main type, and its folder is the end of the type's namespace.
    private static bool IsCodeFile(string file) =>
        typeof(ProtocolConnection).Assembly.GetTypes().Any(type => $"{type.Namespace}.{type.Name}" == "Switchboard.Protocol." + file.Replace(".cs", "", StringComparison.Ordinal).Replace('/', '.'));

    private static bool IsTest(System.Reflection.MethodInfo method) => method.IsDefined(typeof(FactAttribute), inherit: true);

    private static string RootAbove(string folder) =>
        File.Exists(Path.Combine(folder, "Switchboard.slnx")) ? folder : RootAbove(Path.GetDirectoryName(folder)!);

    // What stands for a test where there is none.
    [GeneratedRegex("^(Not done yet|Does not apply): .")]
    private static partial Regex Reason();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();
}
