package io.crius.model;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A normalised image reference: registry host, repository path, and a tag, a digest, or both.
 *
 * <p>Spec: the distribution project's reference grammar. Parsing normalises as users know it: {@code busybox} becomes
 * {@code docker.io/library/busybox:latest}. Short names with aliases and search registries are resolved before parsing,
 * elsewhere.
 */
public record ImageReference(String domain, String path, Optional<String> tag, Optional<Digest> digest) {
    private static final int LONGEST_NAME = 255;
    private static final String DOMAIN_PART = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    private static final Pattern DOMAIN = Pattern.compile(DOMAIN_PART + "(?:\\." + DOMAIN_PART + ")*(?::[0-9]+)?");
    private static final String PATH_PART = "[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*";
    private static final Pattern PATH = Pattern.compile(PATH_PART + "(?:/" + PATH_PART + ")*");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
    private static final Pattern LOOKS_LIKE_ID = Pattern.compile("[0-9a-f]{64}");

    public ImageReference {
        problem(domain, path, tag).ifPresent(why -> {
            throw invalid(domain + "/" + path, why);
        });
        if (tag.isEmpty() && digest.isEmpty()) {
            tag = Optional.of("latest");
        }
    }

    /** Safety: the length first, since the patterns take stack in proportion to the text. */
    private static Optional<String> problem(String domain, String path, Optional<String> tag) {
        if (domain.length() + 1 + path.length() > LONGEST_NAME) {
            return Optional.of("longer than " + LONGEST_NAME + " characters");
        }
        if (!DOMAIN.matcher(domain).matches()) {
            return Optional.of("\"" + domain + "\" is not a registry host");
        }
        if (!PATH.matcher(path).matches()) {
            return Optional.of(
                    "\"" + path + "\" is not a repository path (lower-case letters, digits, and the separators"
                            + " . _ - / are allowed)");
        }
        return tag.filter(t -> !TAG.matcher(t).matches()).map(t -> "\"" + t + "\" is not a tag");
    }

    /** Parses and normalises; throws {@link CriusException.InvalidArgument} that quotes the text. */
    public static ImageReference parse(String text) {
        if (LOOKS_LIKE_ID.matcher(text).matches()) {
            throw invalid(text, "64 hex digits are an image id, not a name");
        }
        String rest = text;
        Optional<Digest> digest = Optional.empty();
        int at = rest.indexOf('@');
        if (at >= 0) {
            digest = Optional.of(digest(text, rest.substring(at + 1)));
            rest = rest.substring(0, at);
        }
        Optional<String> tag = Optional.empty();
        int colon = rest.lastIndexOf(':');
        if (colon > rest.lastIndexOf('/')) {
            tag = Optional.of(rest.substring(colon + 1));
            rest = rest.substring(0, colon);
        }
        return normalised(text, rest, tag, digest);
    }

    /** Whether a text names a repository without a registry host ({@code busybox}, {@code library/busybox:1}). */
    public static boolean isShortName(String text) {
        int slash = text.indexOf('/');
        return slash < 0 || !isDomain(text.substring(0, slash));
    }

    private static Digest digest(String text, String spelt) {
        try {
            return Digest.parse(spelt);
        } catch (CriusException.InvalidArgument e) {
            throw invalid(text, e.getMessage());
        }
    }

    private static ImageReference normalised(String text, String name, Optional<String> tag, Optional<Digest> digest) {
        int slash = name.indexOf('/');
        String domain = "docker.io";
        String path = name;
        if (slash >= 0 && isDomain(name.substring(0, slash))) {
            domain = name.substring(0, slash);
            path = name.substring(slash + 1);
        }
        if (domain.equals("index.docker.io")) {
            domain = "docker.io";
        }
        if (domain.equals("docker.io") && path.indexOf('/') < 0) {
            path = "library/" + path;
        }
        Optional<String> problem = problem(domain, path, tag);
        if (problem.isPresent()) {
            throw invalid(text, problem.get());
        }
        return new ImageReference(domain, path, tag, digest);
    }

    private static boolean isDomain(String part) {
        return part.indexOf('.') >= 0 || part.indexOf(':') >= 0 || part.equals("localhost");
    }

    private static CriusException.InvalidArgument invalid(String text, @Nullable String why) {
        return new CriusException.InvalidArgument("invalid image reference \"" + text + "\": " + why);
    }

    /** Host and path without tag and digest: {@code registry.example/team/app}. */
    public String repository() {
        return domain + "/" + path;
    }

    /** The same repository with this digest and no tag. */
    public ImageReference withDigest(Digest wanted) {
        return new ImageReference(domain, path, Optional.empty(), Optional.of(wanted));
    }

    /** Compat: a pull by tag and digest ignores the tag. */
    public ImageReference withoutTagIfDigested() {
        return digest.isPresent() ? new ImageReference(domain, path, Optional.empty(), digest) : this;
    }

    @Override
    public String toString() {
        return repository()
                + tag.map(t -> ":" + t).orElse("")
                + digest.map(d -> "@" + d).orElse("");
    }
}
