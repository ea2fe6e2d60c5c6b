using System.CommandLine;

namespace Switchboard.Cli.Commands;

/// <summary><c>switchboard completion</c>: prints a script that teaches a shell to complete this program's commands and options.</summary>
internal sealed class CompletionCommand : Command, IExplained
{
    private readonly Argument<string> _shell = new("shell") { Description = "bash, zsh or fish" };

    internal CompletionCommand()
        : base("completion", "Prints a script by which a shell completes commands and options.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Add(_shell);
        SetAction(parsed => parsed.InvocationConfiguration.Output.Write(ScriptFor(parsed.GetRequiredValue(_shell))));
    }

    public string Afterword =>
        """
        Examples:
          eval "$(switchboard completion bash)"                                          in ~/.bashrc
          eval "$(switchboard completion zsh)"                                           in ~/.zshrc, behind compinit
          switchboard completion fish > ~/.config/fish/completions/switchboard.fish
        """;

    private static string ScriptFor(string shell)
    {
        using var stream = typeof(CompletionCommand).Assembly.GetManifestResourceStream($"switchboard.{shell}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
