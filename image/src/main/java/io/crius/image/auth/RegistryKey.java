package io.crius.image.auth;

/** The name under which credentials for a registry host are found, whatever way it was written. */
final class RegistryKey {
    private RegistryKey() {}

    /** Host and port of a host, a URL or a repository. Compat: Docker Hub has three names. */
    static String ofHost(String text) {
        String host = text;
        int scheme = host.indexOf("://");
        if (scheme >= 0) {
            host = host.substring(scheme + 3);
        }
        int slash = host.indexOf('/');
        if (slash >= 0) {
            host = host.substring(0, slash);
        }
        return switch (host) {
            case "docker.io", "registry-1.docker.io" -> "index.docker.io";
            default -> host;
        };
    }
}
