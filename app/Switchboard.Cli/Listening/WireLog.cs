using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Spectre.Console;
using Switchboard.Cli.Listening.Tapping;
using Switchboard.Cli.Listening.Wire;
using Switchboard.Cli.Terminal;

namespace Switchboard.Cli.Listening;

/// <summary>
/// Prints what goes over the connections of a server, from a thread of its own: a terminal that is slow delays nobody, it only misses lines,
/// and is told how many.
/// </summary>
internal sealed class WireLog
{
    private const int MostWaiting = 10_000;

    private static readonly Style Inbound = new(Color.Aqua);
    private static readonly Style Outbound = new(Color.Green);
    private static readonly Style Around = new(Color.Grey);
    private static readonly Style Trouble = new(Color.Red);

    private readonly Screen _screen;
    private readonly TimeProvider _clock;
    private readonly int _previewBytes;
    private readonly Channel<Entry> _entries;
    private readonly Task _printing;
    private int _lastNumber;
    private int _missed;

    internal WireLog(Screen screen, TimeProvider clock, int previewBytes)
    {
        (_screen, _clock, _previewBytes) = (screen, clock, previewBytes);
        _entries = Channel.CreateBounded<Entry>(
            new BoundedChannelOptions(MostWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true },
            _ => Interlocked.Increment(ref _missed));
        _printing = Task.Run(PrintAsync);
    }

    /// <summary>The tap of a connection that was accepted: it gets the next number.</summary>
    internal IWireTap Open(EndPoint? remote)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        Add(number, "", $"connected from {remote?.ToString() ?? "an unknown address"}", Around, Around);
        return new Tap(this, number);
    }

    /// <summary>Prints what is left.</summary>
    internal Task EndAsync()
    {
        _entries.Writer.TryComplete();
        return _printing;
    }

    private void Add(int number, string arrow, string text, Style style, Style textStyle) =>
        _entries.Writer.TryWrite(new Entry(_clock.GetLocalNow(), number, arrow, text, style, textStyle));

    private async Task PrintAsync()
    {
        await foreach (var entry in _entries.Reader.ReadAllAsync())
        {
            var number = entry.Number.ToString(CultureInfo.InvariantCulture);
            _screen.PrintAt(entry.Time, ($"#{number} ", Around), (entry.Arrow, entry.Style), (entry.Text, entry.TextStyle));
            if (Interlocked.Exchange(ref _missed, 0) is > 0 and var missed)
            {
                _screen.Print(($"{missed} lines are missing: they came faster than this terminal prints.", Trouble));
            }
        }
    }

    private readonly record struct Entry(DateTimeOffset Time, int Number, string Arrow, string Text, Style Style, Style TextStyle);

    private sealed class Tap : IWireTap
    {
        private readonly WireLog _log;
        private readonly int _number;
        private readonly WireScanner _received;
        private readonly WireScanner _sent;

        // What is sent last, and the end, may come at the same time.
        private readonly Lock _gate = new();

        internal Tap(WireLog log, int number)
        {
            (_log, _number) = (log, number);
            _received = new WireScanner(log._previewBytes, seen => Add("< ", seen, Inbound));
            _sent = new WireScanner(log._previewBytes, AddSent);
        }

        public void Received(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                _received.Read(bytes);
            }
        }

        public void Sent(ReadOnlySpan<byte> bytes)
        {
            lock (_gate)
            {
                _sent.Read(bytes);
            }
        }

        public void Ended(Exception? fault)
        {
            lock (_gate)
            {
                _received.End();
                _sent.End();
                var style = fault is null ? Around : Trouble;
                _log.Add(_number, "", fault is null ? "ended" : $"ended: {Harmless.Escape(fault.Message)}", style, style);
            }
        }

        private void AddSent(WireEvent seen)
        {
            if (seen is WireEvent.Head head && !head.Lines[0].Contains(" 101", StringComparison.Ordinal))
            {
                // Refused: what follows is a page for people, and what the client still sends is no frame.
                _received.Stop();
                _sent.Stop();
            }

            Add("> ", seen, Outbound);
        }

        private void Add(string arrow, WireEvent seen, Style style)
        {
            foreach (var line in WireText.Describe(seen))
            {
                _log.Add(_number, arrow, line, style, seen is WireEvent.Strange ? Trouble : Style.Plain);
            }
        }
    }
}
