using System.Security.Cryptography;
using Switchboard.Files;

namespace Switchboard.Server.Identity.Keys;

/// <summary>The key of a file, read anew when that changes. While what is there is of no use, the last key stays.</summary>
internal sealed class FileKey : IKeySource
{
    private readonly string _path;
    private readonly TimeProvider _clock;
    private readonly ILogger<FileKey> _log;
    private readonly FileWatch _watch;
    private volatile VerificationKey _key;

    /// <param name="path">The file.</param>
    /// <param name="clock">By which the file is looked at.</param>
    /// <param name="log">Hears of each other key, and of what cannot be read.</param>
    /// <exception cref="ArgumentException">It holds no key that is of use.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    internal FileKey(string path, TimeProvider clock, ILogger<FileKey> log)
    {
        (_path, _clock, _log) = (path, clock, log);
        _watch = new FileWatch(path);
        _key = KeyText.ReadFile(path);
    }

    public ValueTask<IReadOnlyList<VerificationKey>?> FindAsync(string algorithm, string? id, CancellationToken cancellationToken)
    {
        if (_watch.HasChanged(_clock))
        {
            ReadAnew();
        }

        var key = _key;
        return new(key.Fits(algorithm, id) ? [key] : []);
    }

    private void ReadAnew()
    {
        try
        {
            var key = KeyText.ReadFile(_path);

            // Text before a certificate is no secret, however long: a file that is half written may hold nothing else yet.
            if (key.IsSecret && !_key.IsSecret)
            {
                throw new ArgumentException($"{_path}: There is no PEM in it any more. To take a secret instead of a public key, start anew.");
            }

            _key = key;
            _log.KeyRead(_path, key.Algorithm);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException or CryptographicException)
        {
            _log.KeyNotRead(_path, e.Message);
        }
    }
}
