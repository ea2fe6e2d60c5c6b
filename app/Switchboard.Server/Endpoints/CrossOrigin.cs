using Switchboard.Server.Configuration;

namespace Switchboard.Server.Endpoints;

/// <summary>Pages from elsewhere that may connect may ask as well (CORS). Others' browsers are told nothing.</summary>
internal static class CrossOrigin
{
    internal static void AddCrossOrigin(this IServiceCollection services, ServerSettings settings) => services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
        .SetIsOriginAllowed(origin => settings.Origins.Allows(origin, host: ""))
        .AllowCredentials()
        .WithMethods("GET", "POST")
        .WithHeaders("Authorization", "Content-Type", "Idempotency-Key", "Last-Event-ID")
        .WithExposedHeaders("Link", "Retry-After", "WWW-Authenticate")
        .SetPreflightMaxAge(TimeSpan.FromHours(1))));

    internal static void UseCrossOrigin(this IApplicationBuilder app) =>
        app.UseWhen(static context => context.Request.Path.StartsWithSegments("/rooms"), static rooms => rooms.UseCors());
}
