using System.Threading.Channels;

namespace Switchboard.Cli.Terminal;

/// <summary>Lines that a person types into a terminal, with an editor of our own, so that what comes meanwhile does not tear them.</summary>
internal sealed class Keyboard(Screen screen)
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    /// <summary>Begins to read keys. The lines end with Ctrl-D on an empty one.</summary>
    internal IAsyncEnumerable<string> Start()
    {
        // Asking puts the terminal into the mode in which keys come one by one: before the prompt says that it is ready for them.
        _ = Console.KeyAvailable;
        screen.ShowTyped("", 0);

        // Nothing ends the reading of a key, so it is on a thread that keeps no process alive.
        new Thread(ReadKeys) { IsBackground = true, Name = "keyboard" }.Start();
        return _lines.Reader.ReadAllAsync();
    }

    private void ReadKeys()
    {
        var editor = new LineEditor();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (editor.Text.Length == 0 && key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control })
            {
                _lines.Writer.Complete();
                return;
            }

            var line = editor.Press(key);
            screen.ShowTyped(editor.Text, editor.Cursor);
            if (line is not null)
            {
                _lines.Writer.TryWrite(line);
            }
        }
    }
}
