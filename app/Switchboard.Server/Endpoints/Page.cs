namespace Switchboard.Server.Endpoints;

/// <summary>The page: static files, and the headers that keep what others write in a room from becoming more than text.</summary>
internal static class Page
{
    private const string ContentSecurityPolicy = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Before routing: the headers, for all answers.</summary>
    internal static void UsePageHeaders(this IApplicationBuilder app) => app.Use(static (context, next) =>
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";

        // Files are checked for changes at each visit; what is said in rooms is not kept by caches.
        headers.CacheControl = context.Request.Path.StartsWithSegments("/rooms") ? "no-store" : "no-cache";
        return next(context);
    });

    /// <summary>The files, for what no endpoint answers; and at /, for visits that ask for no WebSocket, the page.</summary>
    internal static void MapPage(this WebApplication app)
    {
        app.UseStaticFiles();
        app.MapFallbackToFile("/", "index.html");
    }
}
