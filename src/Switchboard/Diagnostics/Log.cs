using Microsoft.Extensions.Logging;

namespace Switchboard.Diagnostics;

/// <summary>What the library logs. Event ids are never reused: 1000-1099 connections, 1100-1149 the server, 1150-1199 TLS.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Error, "Connection {Id}: a handler threw; the connection is closed with 1011")]
    internal static partial void HandlerFailed(ILogger logger, long id, Exception exception);

    [LoggerMessage(1001, LogLevel.Warning, "Connection {Id}: the peer broke the protocol; the connection is closed with {Code}: {Reason}")]
    internal static partial void ProtocolError(ILogger logger, long id, int code, string reason);

    [LoggerMessage(1002, LogLevel.Warning, "Connection {Id}: the peer reads too slowly and has {Limit} bytes waiting; the connection is closed with 1013")]
    internal static partial void BacklogFull(ILogger logger, long id, long limit);

    [LoggerMessage(1003, LogLevel.Information, "Connection {Id}: no answer to a ping within {Timeout}; the connection is cut")]
    internal static partial void PingTimeout(ILogger logger, long id, TimeSpan timeout);

    [LoggerMessage(1004, LogLevel.Error, "A handler threw when it was told that a connection could not be made")]
    internal static partial void HandlerFailedWhileConnecting(ILogger logger, Exception exception);

    [LoggerMessage(1005, LogLevel.Error, "A connection failed to look at the clock")]
    internal static partial void PulseFailed(ILogger logger, Exception exception);

    [LoggerMessage(1006, LogLevel.Warning, "Connection {Id}: the handler {Handler} keeps all connections of its loop waiting, for {Milliseconds} ms so far; await what takes long instead of blocking, or let handlers run on the thread pool (HandlersRunOn)")]
    internal static partial void HandlerBlocks(ILogger logger, long id, string handler, long milliseconds);

    [LoggerMessage(1007, LogLevel.Warning, "Connection {Id} is ended: it held {Bytes} bytes in {What}, most of all, and together connections pin more than MemoryBudget.MaxPinnedBytes, {Limit} bytes")]
    internal static partial void MemoryReclaimed(ILogger logger, long id, long bytes, string what, long limit);

    [LoggerMessage(1100, LogLevel.Information, "Listening on {Address}")]
    internal static partial void Listening(ILogger logger, string address);

    [LoggerMessage(1101, LogLevel.Information, "Stopping: {Count} connections are told to go away")]
    internal static partial void Stopping(ILogger logger, int count);

    [LoggerMessage(1102, LogLevel.Information, "A handshake from {Peer} was refused with {Status}: {Problem}")]
    internal static partial void HandshakeRefused(ILogger logger, string peer, int status, string problem);

    [LoggerMessage(1103, LogLevel.Error, "The handshake hook threw; the request is refused with 500")]
    internal static partial void HandshakeHookFailed(ILogger logger, Exception exception);

    [LoggerMessage(1105, LogLevel.Warning, "A handshake from {Peer} is cut: it held {Bytes} bytes, most of all, and together connections pin more than MemoryBudget.MaxPinnedBytes, {Limit} bytes")]
    internal static partial void HandshakeReclaimed(ILogger logger, string peer, long bytes, long limit);

    [LoggerMessage(1106, LogLevel.Information, "A connection from {Peer} is cut before its opening handshake: {Problem}")]
    internal static partial void NotOfProxy(ILogger logger, string peer, string problem);

    [LoggerMessage(1150, LogLevel.Information, "A connection from {Peer} failed at TLS: {Problem}")]
    internal static partial void TlsFailed(ILogger logger, string peer, string problem);

    [LoggerMessage(1151, LogLevel.Information, "The certificate {Name} has changed: new connections get the new one")]
    internal static partial void CertificateReloaded(ILogger logger, string name);

    [LoggerMessage(1152, LogLevel.Warning, "{Problem} It has changed; new connections still get the old one")]
    internal static partial void CertificateNotReloaded(ILogger logger, string problem, Exception exception);

    [LoggerMessage(1104, LogLevel.Warning, "The handshake hook {Hook} keeps all connections of its loop waiting, for {Milliseconds} ms so far; await what takes long instead of blocking, or let handlers run on the thread pool (HandlersRunOn)")]
    internal static partial void HandshakeHookBlocks(ILogger logger, string hook, long milliseconds);
}
