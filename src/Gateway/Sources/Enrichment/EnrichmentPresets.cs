namespace Gateway.Sources.Enrichment;

/// <summary>How a vendor's API is asked for one person. What a source sets itself comes first.</summary>
/// <param name="Name">As <c>Webhook:Preset</c> names it.</param>
/// <param name="Url">See <see cref="EnrichmentOptions.Url"/>.</param>
/// <param name="Wants">The settings under <c>Credential</c> that it takes.</param>
/// <param name="Assumed">What its public documentation does not say, or was not found to. Null: nothing.</param>
public sealed record EnrichmentPreset(string Name, string Url, IReadOnlyList<string> Wants, string? Assumed)
{
    public IReadOnlyDictionary<string, string> Calls { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    public string? Body { get; init; }

    public string? TokenUrl { get; init; }

    /// <summary>Of the token, where <see cref="TokenUrl"/> wants one named.</summary>
    public string? Scope { get; init; }

    /// <summary>Basic, where the key is the user and this stands for the password.</summary>
    public string? Password { get; init; }
}

/// <summary>The vendors whose deliveries name a person and say no more. Data: a source that knows better says so in its settings.</summary>
public static class EnrichmentPresets
{
    public static IReadOnlyList<EnrichmentPreset> All { get; } =
    [
        // The company's domain, then fields by name; the API key is the user of a basic credential, with any password. Too many calls: 503 with Retry-After.
        new("bamboohr",
            "https://api.bamboohr.com/api/gateway.php/{company}/v1/employees/{id}?fields=employeeNumber,firstName,lastName,preferredName,workEmail,jobTitle,department,division,location,hireDate,terminationDate,status,supervisorEId",
            [nameof(CredentialOptions.User)],
            "That these names of fields are known in every account; a field that the key may not see is left out of the answer.") { Password = "x" },

        // Reading is a POST whose body says how names are shown; a service user's id and token are a basic credential.
        new("hibob",
            "https://api.hibob.com/v1/people/{id}",
            [nameof(CredentialOptions.User), nameof(CredentialOptions.Password)],
            "That the fields which a service user sees by default are enough; others are named in Body, by the ids of Bob's field list.")
        {
            Body = """{"humanReadable":"APPEND"}""",
        },

        // A person and their employments are two calls. Client credentials, a token for a day.
        new("personio",
            "https://api.personio.de/v2/persons/{id}",
            [nameof(CredentialOptions.ClientId), nameof(CredentialOptions.ClientSecret)],
            "That the client's scopes let it see e-mail and employment; without them only ids are answered.")
        {
            TokenUrl = "https://api.personio.de/v2/auth/token",
            Calls = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["employments"] = "https://api.personio.de/v2/persons/{id}/employments",
                ["employment"] = "https://api.personio.de/v2/persons/{id}/employments/{employment}",
            },
        },

        new("gusto",
            "https://api.gusto.com/v1/employees/{id}",
            [nameof(CredentialOptions.Token)],
            "That somebody renews the token, which ends after two hours: it is made for a company by the authorization code flow, whose refresh tokens serve once. Without a version header the application's own oldest version answers."),

        // One call has all that is needed; an organization's token with the scope people:read.
        new("deel",
            "https://api.letsdeel.com/rest/v2/people/{id}",
            [nameof(CredentialOptions.Token)],
            "That completion_date is there as soon as an end is agreed, and is the last day; its documentation shows it on people who have left."),

        // The identity and the employment are two calls, each a POST that names the individuals; an access token is made for one employer's connection.
        new("finch",
            "https://api.tryfinch.com/employer/employment",
            [nameof(CredentialOptions.Token)],
            "That one individual to a call is quick enough: Finch would rather be asked for all at once. What it answers is of its last data sync, which its webhooks follow.")
        {
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["Finch-API-Version"] = "2020-09-17" },
            Body = """{"requests":[{"individual_id":"{id}"}]}""",
            Calls = new Dictionary<string, string>(StringComparer.Ordinal) { ["individual"] = "https://api.tryfinch.com/employer/individual" },
        },

        // Client credentials, a token for an hour. Numbers of employees are those of one company: a source for each.
        new("paylocity",
            "https://api.paylocity.com/api/v2/companies/{company}/employees/{id}",
            [nameof(CredentialOptions.ClientId), nameof(CredentialOptions.ClientSecret)],
            "That the client's secret is taken in the form as well as in a header, and that version 2 of the API is still open to the client.")
        {
            TokenUrl = "https://api.paylocity.com/IdentityServer/connect/token",
            Scope = "WebLinkAPI",
        },
    ];

    public static EnrichmentPreset? Find(string? name) => All.FirstOrDefault(p => p.Name == name);
}
