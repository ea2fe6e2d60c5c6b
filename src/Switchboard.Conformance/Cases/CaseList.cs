using System.Globalization;
using Switchboard.Conformance.Conversations;
using Switchboard.Conformance.Driving;

namespace Switchboard.Conformance.Cases;

/// <summary>Collects a group's cases and numbers them: what is added behind a section's last case changes no other id.</summary>
internal sealed class CaseList(Role tested, int group)
{
    private readonly List<Case> _cases = [];
    private int _section;
    private int _number;
    private string _rfc = "";
    private Opening _opening = Opening.Default;

    internal Role Tested => tested;

    internal IReadOnlyList<Case> Cases => _cases;

    /// <summary>Begins a section, whose cases come from this section of the RFC and begin like this.</summary>
    internal void Section(int number, string rfc, Opening? opening = null)
    {
        (_section, _number, _rfc, _opening) = (number, 0, rfc, opening ?? Opening.Default);
    }

    internal void Add(string sentence, Script script) => Add(sentence, script, _opening);

    internal void AddHeavy(string sentence, Script script) => Add(sentence, On(_opening, script), isHeavy: true);

    internal void AddHeavy(string sentence, Script script, Opening opening) => Add(sentence, On(opening, script), isHeavy: true, opening);

    /// <summary>Adds a case that only our own peers must pass: what they promise beyond the RFC.</summary>
    internal void AddForOurs(string sentence, Script script, Opening opening) =>
        Add(sentence, On(opening, script), opening: opening, isForOurs: true);

    internal void Add(string sentence, Script script, Opening opening) => Add(sentence, On(opening, script), opening: opening);

    internal void Add(string sentence, Func<IPeer, Task> play, bool isHeavy = false, Opening? opening = null, bool isForOurs = false)
    {
        _number++;
        var id = string.Create(CultureInfo.InvariantCulture, $"{group}.{_section}.{_number}");
        opening ??= _opening;
        _cases.Add(new Case(id, sentence, _rfc, play)
        {
            IsHeavy = isHeavy,
            IsForOurs = isForOurs || opening.Manner == Manner.Close || opening.Setting is Setting.Shared or Setting.Narrow,
        });
    }

    private static Func<IPeer, Task> On(Opening opening, Script script) => async peer =>
    {
        using var conversation = await peer.OpenAsync(opening);
        await script.PlayAsync(conversation);
    };
}
