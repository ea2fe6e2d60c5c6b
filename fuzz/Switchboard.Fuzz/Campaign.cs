using System.Diagnostics;
using System.Security.Cryptography;

namespace Switchboard.Fuzz;

/// <summary>An input by which a property does not hold.</summary>
internal sealed record Finding(byte[] Input, Exception Cause)
{
    /// <summary>Writes the input to a file of its own.</summary>
    /// <returns>The file's path.</returns>
    internal string Write(string target)
    {
        var hash = Convert.ToHexString(SHA256.HashData(Input))[..12];
        var path = Path.Combine(Path.GetTempPath(), $"switchboard-{target}-{hash}.bin");
        File.WriteAllBytes(path, Input);
        return path;
    }
}

/// <summary>Fuzzing without instrumentation: the corpus, and then changed forms of it, for a while.</summary>
internal static class Campaign
{
    /// <param name="target">What is fuzzed.</param>
    /// <param name="corpus">What to begin with.</param>
    /// <param name="seed">Of the generator: the same one makes the same inputs.</param>
    /// <param name="duration">For how long. The corpus itself is fed even if that takes longer.</param>
    internal static (long Executions, Finding? Finding) Run(ITarget target, IReadOnlyList<byte[]> corpus, int seed, TimeSpan duration)
    {
        var watch = Stopwatch.StartNew();
        long executions = 0;
        foreach (var input in corpus)
        {
            executions++;
            if (Try(target, input) is { } finding)
            {
                return (executions, finding);
            }
        }

        var mutator = new Mutator(seed);
        while (watch.Elapsed < duration)
        {
            executions++;
            if (Try(target, mutator.Next(corpus)) is { } finding)
            {
                return (executions, finding);
            }
        }

        return (executions, null);
    }

    /// <summary>Feeds one input.</summary>
    internal static Finding? Try(ITarget target, byte[] input)
    {
        try
        {
            target.Run(input);
            return null;
        }
        catch (Exception cause)
        {
            // Whatever it is: that nothing is thrown is the first property.
            return new Finding(input, cause);
        }
    }
}
