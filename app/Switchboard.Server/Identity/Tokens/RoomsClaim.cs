using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Switchboard.Rooms;

namespace Switchboard.Server.Identity.Tokens;

/// <summary>Reads the claim <c>rooms</c>: <c>{"lobby": ["read", "write"], "game-*": ["read"]}</c>.</summary>
internal static class RoomsClaim
{
    private const string Form = "it must be an object of lists, such as {'lobby': ['read', 'write']}.";

    /// <returns>Whether it has that form; without the claim there are no grants.</returns>
    internal static bool TryRead(JsonElement claims, [NotNullWhen(true)] out RoomGrants? grants, [NotNullWhen(false)] out string? problem)
    {
        (grants, problem) = (RoomGrants.None, null);
        if (!claims.TryGetProperty("rooms", out var rooms))
        {
            return true;
        }

        grants = null;
        if (rooms.ValueKind != JsonValueKind.Object)
        {
            problem = $"The token's claim 'rooms' is no object: {Form}";
            return false;
        }

        var read = new List<KeyValuePair<RoomNameGlob, RoomAction>>();
        foreach (var room in rooms.EnumerateObject())
        {
            if (!RoomNameGlob.TryCreate(room.Name, out var glob, out var flaw))
            {
                problem = $"The token's claim 'rooms' has a pattern that is none. {flaw}";
                return false;
            }

            if (!TryReadActions(room.Value, out var actions))
            {
                problem = $"The token's claim 'rooms' allows something else than 'read', 'write' and 'manage': {Form}";
                return false;
            }

            read.Add(KeyValuePair.Create(glob, actions));
        }

        grants = new RoomGrants(read);
        return true;
    }

    private static bool TryReadActions(JsonElement list, out RoomAction actions)
    {
        actions = RoomAction.None;
        if (list.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var item in list.EnumerateArray())
        {
            var action = item.ValueKind != JsonValueKind.String ? RoomAction.None
                : item.ValueEquals("read"u8) ? RoomAction.Read
                : item.ValueEquals("write"u8) ? RoomAction.Write
                : item.ValueEquals("manage"u8) ? RoomAction.Manage
                : RoomAction.None;
            if (action == RoomAction.None)
            {
                return false;
            }

            actions |= action;
        }

        return true;
    }
}
