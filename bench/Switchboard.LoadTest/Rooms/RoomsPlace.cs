using Switchboard.LoadTest.CommandLine;

namespace Switchboard.LoadTest.Rooms;

/// <summary>Where it all happens.</summary>
/// <param name="Server">The server's command line; null for our own, in the repository's root.</param>
/// <param name="DataRoot">Where the folder for what the server stores is made, and removed.</param>
/// <param name="ServerCpu">The server's CPU.</param>
/// <param name="ClientCpus">All others, for the members.</param>
internal sealed record RoomsPlace(string? Server, string DataRoot, int ServerCpu, IReadOnlyList<int> ClientCpus)
{
    public static RoomsPlace Parse(Arguments arguments)
    {
        var serverCpu = arguments.Number("--server-cpu", 0, 1023) ?? 0;
        var place = new RoomsPlace(
            arguments.Text("--server"),
            arguments.Text("--data-root") ?? Path.GetTempPath(),
            serverCpu,
            [.. Enumerable.Range(0, Environment.ProcessorCount).Where(cpu => cpu != serverCpu)]);
        return place.ClientCpus.Count > 0 ? place : throw new UsageException("rooms needs two CPUs: one for the server alone.");
    }
}
