using Switchboard.Rooms;
using Switchboard.Rooms.Wire;

namespace Switchboard.Server.Endpoints.Messages;

/// <summary>A page of messages, and where the pages beside it are.</summary>
internal sealed class HistoryResult(RoomName room, HistoryPage page, int limit) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.ContentType = "application/json";
        if (Links().ToArray() is { Length: > 0 } links)
        {
            response.Headers.Link = string.Join(", ", links);
        }

        ServerFrame.WriteHistoryBody(response.BodyWriter, room, page);
        await response.BodyWriter.FlushAsync(httpContext.RequestAborted);
    }

    // RFC 8288. The name is percent-encoded, and so cannot end the link.
    private IEnumerable<string> Links()
    {
        if (page.Messages is not [var first, ..] || page.Messages is not [.., var last])
        {
            yield break;
        }

        if (first.Sequence > page.First)
        {
            yield return FormattableString.Invariant($"</rooms/{room.Encoded}/messages?before={first.Sequence}&limit={limit}>; rel=\"prev\"");
        }

        if (last.Sequence < page.Last)
        {
            yield return FormattableString.Invariant($"</rooms/{room.Encoded}/messages?after={last.Sequence}&limit={limit}>; rel=\"next\"");
        }
    }
}
