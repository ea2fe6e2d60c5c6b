using Microsoft.AspNetCore.Http;

namespace Switchboard.AspNetCore;

/// <summary>
/// Holds a request's context for its WebSocket's handler, and lets go of it when that has ended: the context is used again for another
/// request, and whoever kept the WebSocket's request would read that one's.
/// </summary>
internal sealed class RequestHold(HttpContext context)
{
    private HttpContext? _context = context;

    /// <exception cref="InvalidOperationException">The handler has ended.</exception>
    internal HttpContext Context => Volatile.Read(ref _context) ?? throw new InvalidOperationException(
        "The HttpContext is there until the connection's handler has returned, or its task is complete. Take what you need of it in the handler; "
        + "for services that live longer, create a scope of your own (IServiceScopeFactory), and dispose it in OnClose.");

    internal void LetGo() => Volatile.Write(ref _context, null);
}
