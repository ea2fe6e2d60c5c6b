namespace Switchboard.Interop.Reporting;

/// <summary>A class of scenarios, which is a part of the table.</summary>
/// <param name="number">Where it stands.</param>
/// <param name="title">What the table calls it.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class ChapterAttribute(int number, string title) : Attribute
{
    public int Number => number;

    public string Title => title;
}
