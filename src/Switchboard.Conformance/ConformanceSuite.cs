using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;
using Switchboard.Conformance.Report;
using Switchboard.Conformance.Wire;

namespace Switchboard.Conformance;

/// <summary>
/// Tests WebSocket peers with raw bytes over TCP, frame by frame (RFC 6455, RFC 7692). Some 500 cases, which take a few seconds against a peer
/// that answers; each that it leaves unanswered takes 10 s.
/// </summary>
public static class ConformanceSuite
{
    private static readonly PeerTraits Stranger = new(IsOurs: false, MaxMessageBytes: null);

    /// <summary>Tests a server that sends each message back.</summary>
    /// <param name="url">Where it is, with ws://.</param>
    /// <param name="only">Plays the cases whose id begins like this: 6, 6.4 or 6.4.12. Null for all.</param>
    /// <param name="output">Gets a line for each case, in order, as soon as it is known, and a table at the end.</param>
    /// <exception cref="ConformanceException">Nobody answers there as a WebSocket server, the URL is none, or there is no such case.</exception>
    public static async Task<ConformanceReport> TestServerAsync(string url, string? only, TextWriter output)
    {
        var address = ServerAddress.Read(url);
        var cases = Select(OfOthers(Role.Server), only);
        var peer = new ServerPeer(Stranger, _ => address);
        try
        {
            using var conversation = await peer.OpenAsync(Opening.Default);
        }
        catch (CaseFailedException e)
        {
            throw new ConformanceException($"There is no WebSocket server at {url}: {e.Message}.");
        }

        return await TestAsync(peer, cases, output);
    }

    /// <summary>Tests a client, which we are the server of.</summary>
    /// <param name="command">
    /// A program and its arguments, separated by spaces. It reads a URL per line from its standard input, connects to each, and sends each
    /// message back that it gets there. It is ended after the last case.
    /// </param>
    /// <param name="only"><inheritdoc cref="TestServerAsync" path="/param[@name='only']"/></param>
    /// <param name="output"><inheritdoc cref="TestServerAsync" path="/param[@name='output']"/></param>
    /// <exception cref="ConformanceException">The command does not start, or there is no such case.</exception>
    public static async Task<ConformanceReport> TestClientAsync(string command, string? only, TextWriter output)
    {
        var cases = Select(OfOthers(Role.Client), only);
        ChildProcess process;
        try
        {
            process = ChildProcess.StartCommand(command);
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or ArgumentException)
        {
            throw new ConformanceException($"The command '{command}' does not start: {e.Message}.");
        }

        await using (process)
        {
            process.IgnoreOutput();
            return await TestAsync(new ClientPeer(Stranger, process), cases, output);
        }
    }

    internal static async Task<ConformanceReport> TestAsync(IPeer peer, IReadOnlyList<Case> cases, TextWriter output)
    {
        var table = new Table(cases, output);
        await new Runner(peer, table.Add).RunAsync(cases);
        table.PrintSummary();
        return table.ToReport();
    }

    /// <exception cref="ConformanceException">There is none.</exception>
    internal static IReadOnlyList<Case> Select(IReadOnlyList<Case> cases, string? only)
    {
        if (only is null)
        {
            return cases;
        }

        var selected = cases.Where(@case => @case.Id == only || @case.Id.StartsWith(only.TrimEnd('.') + '.', StringComparison.Ordinal)).ToList();
        return selected.Count > 0 ? selected : throw new ConformanceException($"No case's id begins with '{only}'.");
    }

    private static IReadOnlyList<Case> OfOthers(Role role) => [.. Suite.For(role).Where(@case => !@case.IsForOurs)];
}
