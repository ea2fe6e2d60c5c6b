using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Switchboard.Transports.Interop;

/// <summary>The OpenSSL that the runtime uses, by its own names, for the one thing that the runtime does not ask it for: see docs/decisions/0010.</summary>
internal static partial class OpenSsl
{
    // openssl/ssl.h. SSL_set_mode(ssl, modes) is a macro for SSL_ctrl(ssl, SSL_CTRL_MODE, modes, NULL), and gives the modes that are set then.
    private const int SslCtrlMode = 33;
    private const nint SslModeReleaseBuffers = 0x10;

    private const string Library = "libssl.so.3";

    // Overridden, the runtime may have loaded another file than that of this name: two copies must not work on one session.
    private const string Override = "CLR_OPENSSL_VERSION_OVERRIDE";

    /// <summary>Whether it is there, and the runtime's own. Read it before anything else here is called.</summary>
    internal static bool IsThere { get; } = OperatingSystem.IsLinux()
        && SafeEvpPKeyHandle.OpenSslVersion >> 28 == 3
        && Environment.GetEnvironmentVariable(Override) is null
        && NativeLibrary.TryLoad(Library, out var library)
        && NativeLibrary.TryGetExport(library, "SSL_ctrl", out _);

    /// <summary>Lets a session give its buffers back whenever they are empty (SSL_MODE_RELEASE_BUFFERS), and take others when it needs them.</summary>
    /// <param name="session">An <c>SSL</c>.</param>
    internal static bool ReleaseBuffers(SafeHandle session) => (SslCtrl(session, SslCtrlMode, SslModeReleaseBuffers, 0) & SslModeReleaseBuffers) != 0;

    [LibraryImport(Library, EntryPoint = "SSL_ctrl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint SslCtrl(SafeHandle session, int command, nint number, nint pointer);
}
