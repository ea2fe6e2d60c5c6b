namespace Switchboard.Rooms;

/// <summary>Which member: the node that it is connected to, and its number there.</summary>
public readonly record struct MemberId(Guid Node, long Number);

/// <summary>A member as every node knows it.</summary>
/// <param name="Id">Which member.</param>
/// <param name="Name">The display name.</param>
/// <param name="JoinedAt">Since when.</param>
public sealed record PresentMember(MemberId Id, string Name, DateTimeOffset JoinedAt);

/// <summary>A member that is gone with its node.</summary>
public sealed record DepartedMember(RoomName Room, PresentMember Member);

/// <summary>What a node learns when it renews its lease.</summary>
/// <param name="IsNew">Whether it had none, or had been cleared away: none of its members is there.</param>
/// <param name="Departed">Who was cleared away now, of other nodes.</param>
public sealed record LeaseRenewal(bool IsNew, IReadOnlyList<DepartedMember> Departed);

/// <summary>How many members a room has, and the first of them.</summary>
/// <param name="Count">All of them.</param>
/// <param name="Members">As many as were asked for, in the order in which they joined as far as the store knows it.</param>
public sealed record PresencePage(long Count, IReadOnlyList<PresentMember> Members);
