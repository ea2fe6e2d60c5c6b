using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Handshake;

namespace Conformance.Driving;

/// <summary>Writes what cases say as seeds for the fuzzer's connection targets: two bytes of options, then the bytes of the peer.</summary>
internal static class SeedFolder
{
    // A fuzzer makes long inputs by itself, and wants many short ones of different kinds.
    private const int MostBytes = 400;
    private const int EachSection = 4;

    /// <param name="root">The corpus: a folder for each target.</param>
    /// <param name="role">Whom the cases test.</param>
    /// <param name="recordings">Those of all cases.</param>
    /// <returns>How many were written.</returns>
    internal static int Write(string root, Role role, IEnumerable<(Case Case, Recording Recording)> recordings)
    {
        var folder = Path.Combine(root, role == Role.Server ? "connection-server" : "connection-client");
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder, "conformance-*.bin"))
        {
            File.Delete(file);
        }

        var written = 0;
        var sections = recordings
            .Where(recorded => recorded.Recording.Bytes.Count is > 0 and <= MostBytes)
            .GroupBy(recorded => recorded.Case.Id[..recorded.Case.Id.LastIndexOf('.')]);
        foreach (var section in sections)
        {
            var all = section.ToList();
            for (var i = 0; i < Math.Min(EachSection, all.Count); i++)
            {
                // The first and the last, and some between.
                var (@case, recording) = all[i * (all.Count - 1) / Math.Max(1, Math.Min(EachSection, all.Count) - 1)];
                File.WriteAllBytes(
                    Path.Combine(folder, $"conformance-{@case.Id}.bin"), [OptionsOf(recording.Agreement), (byte)written, .. recording.Bytes]);
                written++;
            }
        }

        return written;
    }

    // The fuzzer's numbers for what was agreed on.
    private static byte OptionsOf(Agreement? agreement) => agreement switch
    {
        null => 0,
        { Server.TakesOver: false, Client.TakesOver: false } => 1,
        { Server.TakesOver: true, Client.TakesOver: true } => 2,
        { Server.TakesOver: false } => 3,
        _ => 4,
    };
}
