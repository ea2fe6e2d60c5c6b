namespace Switchboard.Transports.Tls;

/// <summary>A TLS connection was not made, or broke. The message is a sentence that names the cause, and what to do about it.</summary>
public sealed class TlsException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="failure">The cause.</param>
    /// <param name="message">A sentence for whoever has to mend it.</param>
    /// <param name="innerException">What the platform said.</param>
    public TlsException(TlsFailure failure, string message, Exception? innerException = null)
        : base(message, innerException) => Failure = failure;

    /// <summary>Makes one whose cause is not known.</summary>
    public TlsException()
        : this("The TLS connection failed.")
    {
    }

    /// <summary>Makes one whose cause is only in its message.</summary>
    public TlsException(string message)
        : this(TlsFailure.Other, message)
    {
    }

    /// <summary>Makes one whose cause is only in its message.</summary>
    public TlsException(string message, Exception innerException)
        : this(TlsFailure.Other, message, innerException)
    {
    }

    /// <summary>The cause.</summary>
    public TlsFailure Failure { get; }
}
