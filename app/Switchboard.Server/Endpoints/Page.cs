namespace Switchboard.Server.Endpoints;

/// <summary>The page: static files, and the headers that keep what others write in a room from becoming more than text.</summary>
internal static class Page
{
    private const string ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Before routing: a visit to / is one to the page, unless it asks for a WebSocket.</summary>
    internal static void UsePage(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";

            // Files are checked for changes at each visit; what is said in rooms is not kept by caches.
            headers.CacheControl = context.Request.Path.StartsWithSegments("/rooms") ? "no-store" : "no-cache";
            return next(context);
        });
        app.UseWhen(static context => !AsksForWebSocket(context.Request), static visit => visit.UseDefaultFiles());
    }

    /// <summary>After routing: the files, for what no endpoint answers.</summary>
    internal static void UsePageFiles(this IApplicationBuilder app) => app.UseStaticFiles();

    // Some clients offer an upgrade to HTTP/2 with each visit (curl --http2, Java), which a server may pass over.
    private static bool AsksForWebSocket(HttpRequest request) =>
        request.Headers.Upgrade.ToString().Contains("websocket", StringComparison.OrdinalIgnoreCase);
}
