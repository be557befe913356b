namespace Gateway.Officevibe;

/// <summary>How a value is written whose type on the wire is not known for certain.</summary>
public enum ListForm
{
    /// <summary>One text; several with commas between them.</summary>
    Text = 0,

    /// <summary>A list of texts.</summary>
    List = 1,
}

/// <summary><c>Gateway:Officevibe:Workleap</c>: what only the dialect <c>workleap</c> uses.</summary>
public sealed class WorkleapOptions
{
    /// <summary>Products that every member is assigned to. Empty: not sent, and Workleap's default (Officevibe) holds.</summary>
    public IList<string> ProductAssignations { get; set; } = [];

    /// <summary>Default <see cref="ListForm.List"/>.</summary>
    public ListForm ProductAssignationsAs { get; set; } = ListForm.List;

    /// <summary>Default <see cref="ListForm.Text"/>.</summary>
    public ListForm LanguagePreferencesAs { get; set; }

    /// <summary>The account's risk threshold for users; a run with as many changes of users is held here first. Default none; 0 pauses every run there, and none here.</summary>
    public int? UsersThreshold { get; set; }

    /// <summary>The account's risk threshold for teams; as <see cref="UsersThreshold"/>.</summary>
    public int? TeamsThreshold { get; set; }

    /// <summary>After a run that deactivated more than <see cref="DeletionDelayAbove"/> people no automatic run follows for this long, since it would delete them. Default 24 h.</summary>
    public TimeSpan DeletionDelay { get; set; } = TimeSpan.FromHours(24);

    /// <summary>0 or more; default 0.</summary>
    public int DeletionDelayAbove { get; set; }

    /// <summary>See by reading back what became of a run that Workleap took. Default true; false where the key cannot read: what was taken then counts as applied.</summary>
    public bool ReadBack { get; set; } = true;

    /// <summary>How long a run may go on there before a person is asked to look. Default 1 h.</summary>
    public TimeSpan ProcessingFor { get; set; } = TimeSpan.FromHours(1);

    /// <summary>Where Good Vibes are read. Default <c>/officevibe/goodvibes</c> on the host of <c>BaseUrl</c>; the key is sent there.</summary>
    public Uri? GoodVibesUrl { get; set; }

    /// <summary>Takes <c>Gateway:OnAbsence</c> = <c>leave-out</c>, though whoever is left out twice is deleted. Default false.</summary>
    public bool AllowLeaveOut { get; set; }
}
