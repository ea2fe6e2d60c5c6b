using Microsoft.AspNetCore.Http;

namespace Switchboard.AspNetCore;

/// <summary>What ASP.NET Core knows of a request for a WebSocket.</summary>
public static class WebSocketRequestExtensions
{
    extension(WebSocketRequest request)
    {
        /// <summary>
        /// The request's context: user, services, route values. It lives until the client goes. Not safe from several threads at once.
        /// </summary>
        /// <exception cref="InvalidOperationException">The connection does not come from ASP.NET Core.</exception>
        public HttpContext HttpContext
        {
            get
            {
                ArgumentNullException.ThrowIfNull(request);
                return request.HostContext as HttpContext
                    ?? throw new InvalidOperationException("This connection does not come from ASP.NET Core: it has no HttpContext.");
            }
        }
    }
}
