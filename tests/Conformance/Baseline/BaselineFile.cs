using System.Text.Encodings.Web;
using System.Text.Json;

namespace Conformance.Baseline;

/// <summary>The verdicts that were committed: for each subject, for each case.</summary>
internal sealed class BaselineFile
{
    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Dictionary<string, Dictionary<string, string>> _verdicts;

    private BaselineFile(Dictionary<string, Dictionary<string, string>> verdicts) => _verdicts = verdicts;

    internal static string Path { get; } = System.IO.Path.Combine(Repository.Root, "tests", "Conformance", "baseline.json");

    internal IEnumerable<string> Subjects => _verdicts.Keys;

    internal static BaselineFile Read() =>
        new(JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, string>>>(File.ReadAllBytes(Path)) ?? []);

    /// <summary>Writes verdicts in the order in which they are given: no times, no dates, nothing that another run would change.</summary>
    internal static void Write(Dictionary<string, Dictionary<string, string>> verdicts) =>
        File.WriteAllText(Path, JsonSerializer.Serialize(verdicts, Format) + "\n");

    internal IReadOnlyDictionary<string, string> Of(string subject) => _verdicts.GetValueOrDefault(subject) ?? [];
}
