using System.Xml.Linq;

namespace Switchboard.TestSupport;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    internal static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The project files below a folder, by project name.</summary>
    internal static IReadOnlyDictionary<string, XDocument> Projects(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.csproj", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetFileNameWithoutExtension(file), XDocument.Load);

    internal static IEnumerable<string> Includes(XDocument project, string element) =>
        project.Descendants(element).Select(reference => (string)reference.Attribute("Include")!);

    private static string FindRoot(string folder) =>
        File.Exists(Path.Combine(folder, "Switchboard.slnx")) ? folder : FindRoot(Path.GetDirectoryName(folder)!);
}
