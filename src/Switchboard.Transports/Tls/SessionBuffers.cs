using System.Net.Security;
using System.Reflection;
using System.Runtime.InteropServices;
using Switchboard.Transports.Interop;

namespace Switchboard.Transports.Tls;

/// <summary>
/// OpenSSL keeps two buffers of 16 KiB for each session, however idle, unless it is asked to give them back. The runtime does not ask, and has no door to its
/// session: it is looked for by name. Where it has none of that name, or is not over OpenSSL, the buffers stay and nothing else is different.
/// </summary>
internal static class SessionBuffers
{
    private static readonly FieldInfo? SessionField =
        OpenSsl.IsThere ? typeof(SslStream).GetField("_securityContext", BindingFlags.Instance | BindingFlags.NonPublic) : null;

    /// <param name="stream">Authenticated; nobody reads or writes just now.</param>
    /// <returns>Whether its buffers are given back from now on, whenever they are empty.</returns>
    internal static bool GiveBackWhenEmpty(SslStream stream) =>
        SessionField?.GetValue(stream) is SafeHandle { IsInvalid: false, IsClosed: false } session
        && session.GetType().Name == "SafeSslHandle" // Whose handle is the session itself.
        && OpenSsl.ReleaseBuffers(session);
}
