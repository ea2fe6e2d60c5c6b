using Switchboard.Fuzz.Targets;
using Switchboard.Protocol.Connection;

namespace Switchboard.Fuzz;

/// <summary>All targets: at least one for each folder of the core, and what rooms read.</summary>
internal static class TargetList
{
    internal static IReadOnlyList<ITarget> All { get; } =
    [
        new FramesTarget(), new MessagesTarget(), new CloseTarget(), new RequestTarget(), new ResponseTarget(), new ExtensionHeaderTarget(),
        new ProxyHeaderTarget(),
        new DeflateTarget(), new CompressionTarget(), new ConnectionTarget(Role.Server), new ConnectionTarget(Role.Client), new ConversationTarget(),
        new ClientFrameTarget(),
    ];

    internal static ITarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
