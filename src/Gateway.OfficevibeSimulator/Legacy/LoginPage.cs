namespace Gateway.OfficevibeSimulator.Legacy;

/// <summary>The HTML pages that a caller of the API can meet instead of JSON.</summary>
internal static class LoginPage
{
    public const string Html = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Sign in - Officevibe (simulated)</title></head>
        <body><h1>Sign in</h1><form method="post" action="/login">
        <label>Work email <input type="email" name="email"></label>
        <label>Password <input type="password" name="password"></label>
        <button type="submit">Sign in</button></form></body></html>
        """;

    public const string Maintenance = """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><title>Officevibe (simulated)</title></head>
        <body><h1>We will be right back</h1><p>Scheduled maintenance is in progress.</p></body></html>
        """;
}
