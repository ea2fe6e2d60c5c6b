using System.Text;
using System.Text.Unicode;
using BenchmarkDotNet.Attributes;
using Switchboard.Protocol.Messages;

namespace Switchboard.Benchmarks.Messages;

/// <summary>The check of one text message.</summary>
public class Utf8Benchmarks
{
    // Odd, so that the cuts fall at every place inside a character.
    private const int PieceSize = 61;
    private byte[] _text = [];

    public enum Script
    {
        /// <summary>One byte a character.</summary>
        Ascii,

        /// <summary>Two bytes a letter, with spaces.</summary>
        Cyrillic,

        /// <summary>Four bytes a character.</summary>
        Emoji,
    }

    [Params(120, 4096)]
    public int Size { get; set; }

    [ParamsAllValues]
    public Script Letters { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var sample = Encoding.UTF8.GetBytes(Letters switch
        {
            Script.Ascii => "Hello, switchboard! ",
            Script.Cyrillic => "Привет, коммутатор! ",
            _ => "😀🎈🚀🌍",
        });
        _text = new byte[Size];
        for (var at = 0; at < Size; at += sample.Length)
        {
            sample.AsSpan(0, Math.Min(sample.Length, Size - at)).CopyTo(_text.AsSpan(at));
        }

        // No character is cut at the end.
        while (!Utf8.IsValid(_text))
        {
            _text = _text[..^1];
        }
    }

    /// <summary>What the runtime offers for a message that is whole.</summary>
    [Benchmark(Baseline = true)]
    public bool Runtime_in_one_piece() => Utf8.IsValid(_text);

    [Benchmark]
    public bool In_one_piece()
    {
        var validator = default(Utf8Validator);
        return validator.Append(_text) && validator.IsComplete;
    }

    [Benchmark]
    public bool In_pieces_of_61_bytes()
    {
        var validator = default(Utf8Validator);
        var isValid = true;
        for (var at = 0; at < _text.Length; at += PieceSize)
        {
            isValid &= validator.Append(_text.AsSpan(at, Math.Min(PieceSize, _text.Length - at)));
        }

        return isValid && validator.IsComplete;
    }
}
