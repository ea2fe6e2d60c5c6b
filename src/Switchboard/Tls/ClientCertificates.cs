namespace Switchboard;

/// <summary>Whether clients show certificates.</summary>
public enum ClientCertificates
{
    /// <summary>They are not asked.</summary>
    None,

    /// <summary>They are asked. Who shows none is let in, who shows a bad one is not.</summary>
    Optional,

    /// <summary>Nobody is let in without a good one.</summary>
    Required,
}
