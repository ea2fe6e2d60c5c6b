using Switchboard.Server.Configuration;
using Switchboard.Server.Identity.Keys;

namespace Switchboard.Server.Identity;

/// <summary>Gives the application its <see cref="Authenticator"/>.</summary>
internal static class IdentityServices
{
    /// <remarks>A wrong key of a file is told when the authenticator is made, at the start, and not to the first client.</remarks>
    /// <exception cref="ArgumentException">The key is not one.</exception>
    internal static void AddIdentity(this IServiceCollection services, AuthSettings settings)
    {
        if (settings.Key is { } key)
        {
            services.AddSingleton<IKeySource>(new FixedKey(KeyText.Read(key)));
        }
        else if (settings.KeyFile is { } file)
        {
            services.AddSingleton<IKeySource>(provider =>
                new FileKey(file, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<FileKey>>()));
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
