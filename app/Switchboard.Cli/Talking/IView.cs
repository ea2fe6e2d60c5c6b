namespace Switchboard.Cli.Talking;

/// <summary>Where a conversation is shown: to a person, or to a script. Safe from any thread.</summary>
internal interface IView
{
    /// <summary>A message of the server.</summary>
    void Show(MessageView message);

    /// <summary>A message of ours was sent.</summary>
    void ShowSent(string text);

    /// <summary>Something that is not a message.</summary>
    void Tell(string notice, bool isTrouble = false);
}
