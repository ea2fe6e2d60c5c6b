using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;

namespace Switchboard.Server.Identity;

/// <summary>Gives the application its <see cref="Authenticator"/>.</summary>
internal static class IdentityServices
{
    /// <exception cref="ArgumentException">The key is not one.</exception>
    /// <exception cref="IOException">Its file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal static void AddIdentity(this IServiceCollection services, AuthSettings settings)
    {
        // A wrong key is told at the start, not to the first client.
        if ((settings.Key is { } key ? KeyText.Read(key) : settings.KeyFile is { } file ? KeyText.ReadFile(file) : null) is { } verificationKey)
        {
            services.AddSingleton<IKeySource>(new FixedKey(verificationKey));
        }
        else if (settings.JwksUrl is { } url)
        {
            services.AddSingleton<IKeySource>(provider =>
                new PublishedKeys(new Uri(url), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<PublishedKeys>>()));
        }

        services.AddSingleton(provider =>
            new Authenticator(settings, provider.GetService<IKeySource>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<Authenticator>>()));
    }
}
