using System.Net.Sockets;

namespace Switchboard.Transports.Sockets;

/// <summary>The file of a Unix domain socket. Disposing the socket removes it; a process that is killed leaves it behind.</summary>
internal static class SocketFile
{
    /// <summary>Removes a file that nobody listens at any more. Any other file stays, and the address is in use.</summary>
    internal static void RemoveIfStale(UnixDomainSocketEndPoint endPoint)
    {
        // An abstract name (Linux) is shown with an @ in place of its first character, and has no file.
        var path = endPoint.ToString();
        if (!File.Exists(path) || !IsSocket(path))
        {
            return;
        }

        // Who has a long queue may not answer for a while.
        using var probe = ListeningSocket.Create(endPoint);
        probe.Blocking = false;
        try
        {
            probe.Connect(endPoint);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            File.Delete(path);
        }
        catch (SocketException)
        {
            // Somebody is there, and too busy for us, or it is not ours: binding says so.
        }
    }

    // A socket cannot be opened as a file. For reading alone, a pipe would keep us waiting for a writer.
    private static bool IsSocket(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
