namespace Switchboard.Server;

/// <summary>The phrases of RFC 9110 §15 for the statuses that a handshake may be refused with.</summary>
internal static class StatusPhrase
{
    internal static string Of(int status) => status switch
    {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => status < 500 ? "Client Error" : "Server Error",
    };
}
