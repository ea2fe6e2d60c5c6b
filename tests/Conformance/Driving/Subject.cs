using System.Globalization;
using System.Text.RegularExpressions;
using Switchboard.Conformance.Cases;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;

namespace Conformance.Driving;

/// <summary>Something of ours that is tested, and by which cases.</summary>
/// <param name="Name">As the baseline has it.</param>
/// <param name="Cases">In order.</param>
/// <param name="StartAsync">Starts it as a process of its own.</param>
internal sealed partial record Subject(string Name, IReadOnlyList<Case> Cases, Func<Task<(IPeer Peer, ChildProcess Process)>> StartAsync)
{
    /// <summary>The verbs with which this program becomes the process that is tested.</summary>
    internal const string ServerVerb = "echo-server";

    internal const string ClientVerb = "echo-client";

    private const string Self = "Conformance.dll";

    // Every seventh case of each group reaches the application as well as all of them would: the core below is the same.
    private const int ApplicationStride = 7;

    internal static IReadOnlyList<Subject> All { get; } =
    [
        new("server", OfOurs(Role.Server), StartServerAsync),
        new("client", OfOurs(Role.Client), StartClientAsync),
        new("application", OfApplication(), StartApplicationAsync),
    ];

    private static IReadOnlyList<Case> OfOurs(Role role) =>
        [.. Suite.For(role).Where(@case => Product.Compresses || !Suite.IsAboutCompression(@case))];

    // Its options are its own: what has to be told its manner or has a large limit stays out.
    private static IReadOnlyList<Case> OfApplication() =>
    [
        .. OfOurs(Role.Server)
            .Where(@case => !@case.IsHeavy && !@case.IsForOurs && @case.Group != 9)
            .Where((_, index) => index % ApplicationStride == 0),
    ];

    private static async Task<(IPeer, ChildProcess)> StartServerAsync()
    {
        var process = ChildProcess.StartAssembly(Self, ServerVerb);
        var ports = await process.ReadAsync(line => line.Split(' '));
        process.IgnoreOutput();
        return (new ServerPeer(Product.Traits, opening => new Uri($"ws://127.0.0.1:{ports[(int)opening.Setting]}/{opening.Manner}")), process);
    }

    private static Task<(IPeer, ChildProcess)> StartClientAsync()
    {
        var process = ChildProcess.StartAssembly(Self, ClientVerb);
        process.IgnoreOutput();
        return Task.FromResult<(IPeer, ChildProcess)>((new ClientPeer(Product.Traits, process), process));
    }

    private static async Task<(IPeer, ChildProcess)> StartApplicationAsync()
    {
        var process = ChildProcess.StartAssembly("Switchboard.Server.dll", "--port", "0");
        var port = await process.ReadAsync(line => Listens().Match(line) is { Success: true } match ? match.Groups[1].Value : null);
        process.IgnoreOutput();
        var url = new Uri($"ws://127.0.0.1:{int.Parse(port, CultureInfo.InvariantCulture)}/echo");
        return (new ServerPeer(new PeerTraits(IsOurs: false, MaxMessageBytes: null), _ => url), process);
    }

    [GeneratedRegex(@"^Switchboard listens on http://\S+?:(\d+)")]
    private static partial Regex Listens();
}
