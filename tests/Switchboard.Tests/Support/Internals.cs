using System.Reflection;
using Switchboard.Connections;
using Switchboard.Transports;

namespace Switchboard.Tests.Support;

/// <summary>The one thing that tests look at from behind.</summary>
internal static class Internals
{
    internal static ITransport TransportOf(this WebSocketConnection socket) =>
        ((ConnectionDriver)typeof(WebSocketConnection).GetField("_driver", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(socket)!).Transport;
}
