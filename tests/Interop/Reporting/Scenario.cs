using System.Reflection;
using Switchboard.Interop.Parties;

namespace Switchboard.Interop.Reporting;

/// <summary>A row of the table, as the tests declare it.</summary>
/// <param name="Name">Of the test, which no other has.</param>
/// <param name="Title">What the table calls it.</param>
/// <param name="Parties">With whom it is run.</param>
internal sealed record Scenario(string Name, string Title, IReadOnlyList<Party> Parties)
{
    /// <summary>All that there are, by chapter, in the order of the source.</summary>
    public static IReadOnlyList<(string Chapter, IReadOnlyList<Scenario> Scenarios)> All { get; } =
    [
        .. from type in typeof(Scenario).Assembly.GetTypes()
           let chapter = type.GetCustomAttribute<ChapterAttribute>()
           where chapter is not null
           orderby chapter.Number
           select (chapter.Title, (IReadOnlyList<Scenario>)[.. Of(type)]),
    ];

    private static IEnumerable<Scenario> Of(Type type) =>
        from method in type.GetMethods()
        let scenario = method.GetCustomAttribute<ScenarioAttribute>()
        where scenario is not null
        orderby method.MetadataToken
        select new Scenario($"{type.Name}.{method.Name}", scenario.Title, [.. scenario.Parties]);
}
