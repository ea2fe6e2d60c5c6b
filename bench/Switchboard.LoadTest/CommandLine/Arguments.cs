using System.Globalization;

namespace Switchboard.LoadTest.CommandLine;

/// <summary>
/// A command and its options: <c>compare --size 20 --text --servers "a=…" "b=…"</c>. An option owns the words up to the next one.
/// </summary>
internal sealed class Arguments
{
    private readonly Dictionary<string, List<string>> _options = [];
    private readonly HashSet<string> _asked = [];

    public Arguments(string[] words)
    {
        Command = words is [var first, ..] && !first.StartsWith("--", StringComparison.Ordinal) ? first : "help";
        List<string>? values = null;
        foreach (var word in words.Skip(1))
        {
            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                values = _options.TryGetValue(word, out var known) ? known : _options[word] = [];
            }
            else
            {
                (values ?? throw new UsageException($"'{word}' belongs to no option.")).Add(word);
            }
        }
    }

    public string Command { get; }

    public IReadOnlyList<string> All(string option)
    {
        _asked.Add(option);
        return _options.TryGetValue(option, out var values) ? values : [];
    }

    public bool Has(string flag)
    {
        if (All(flag) is [var value, ..])
        {
            throw new UsageException($"{flag} takes no value, and got '{value}'.");
        }

        return _options.ContainsKey(flag);
    }

    public string? Text(string option) => All(option) switch
    {
        [] when _options.ContainsKey(option) => throw new UsageException($"{option} needs a value."),
        [] => null,
        [var only] => only,
        _ => throw new UsageException($"{option} takes one value."),
    };

    public string Required(string option) => Text(option) ?? throw new UsageException($"{option} is needed.");

    public int? Number(string option, int least, int most)
    {
        if (Text(option) is not { } text)
        {
            return null;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new UsageException($"{option} takes a number from {least} to {most}, not '{text}'.");
    }

    public TimeSpan Seconds(string option, double otherwise)
    {
        if (Text(option) is not { } text)
        {
            return TimeSpan.FromSeconds(otherwise);
        }

        return double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && seconds <= 3600
            ? TimeSpan.FromSeconds(seconds)
            : throw new UsageException($"{option} takes seconds, at most 3600, not '{text}'.");
    }

    /// <summary>Call once every option has been asked for: what nobody asked for is a typing mistake.</summary>
    public void RefuseOthers()
    {
        if (_options.Keys.FirstOrDefault(option => !_asked.Contains(option)) is { } stranger)
        {
            throw new UsageException($"{Command} knows no option {stranger}.");
        }
    }
}
