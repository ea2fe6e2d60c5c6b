using Microsoft.AspNetCore.Http;

namespace Switchboard.AspNetCore;

/// <summary>What ASP.NET Core knows of a request for a WebSocket.</summary>
public static class WebSocketRequestExtensions
{
    extension(WebSocketRequest request)
    {
        /// <summary>
        /// The request's context: user, services, route values. It is there in the handshake hook and in the connection's handler: until
        /// a synchronous one has returned, and until the task of an asynchronous one is complete. Handlers of messages that are
        /// attached there run later: take what they need out of it before. Not safe from several threads at once.
        /// </summary>
        /// <exception cref="InvalidOperationException">The handler has ended, or the connection does not come from ASP.NET Core.</exception>
        public HttpContext HttpContext
        {
            get
            {
                ArgumentNullException.ThrowIfNull(request);
                return request.HostContext is RequestHold hold
                    ? hold.Context
                    : throw new InvalidOperationException("This connection does not come from ASP.NET Core: it has no HttpContext.");
            }
        }
    }
}
