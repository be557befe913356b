using System.Security.Claims;

namespace Gateway.Edge;

/// <summary>Who bears this key, for doors that are not HTTP; null: nobody, or not from there.</summary>
public delegate ClaimsPrincipal? FindCaller(string key);
