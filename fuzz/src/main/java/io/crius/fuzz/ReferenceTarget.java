package io.crius.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.crius.image.trust.policy.PolicyScopes;
import io.crius.model.ImageReference;
import java.util.List;

/** Image references: what is accepted is written as it is read, and has scopes. */
final class ReferenceTarget implements Target {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public void parse(byte[] input) {
        ImageReference reference = ImageReference.parse(new String(input, UTF_8));
        if (!ImageReference.parse(reference.toString()).equals(reference)) {
            throw new AssertionError(reference + " is read as something else");
        }
        if (!PolicyScopes.of(reference).contains(reference.repository())) {
            throw new AssertionError(reference + " has no scope of its repository");
        }
        if (reference.path().contains("..") || reference.path().startsWith("/")) {
            throw new AssertionError(reference + " leads out of a folder");
        }
    }

    @Override
    public List<byte[]> seeds() {
        return Target.texts(
                "busybox",
                "docker.io/library/busybox:1.36",
                "r.example.com:5000/team__x/app-y.z/q:tag@sha256:" + "ab".repeat(32),
                "localhost/a@sha512:" + "cd".repeat(64),
                "index.docker.io/a/b:V_1.x-",
                "a".repeat(64),
                "UPPER.example/x");
    }

    @Override
    public List<String> words() {
        return List.of(
                ":",
                "@",
                "/",
                ".",
                "_",
                "__",
                "--",
                "sha256:",
                "localhost",
                "library/",
                "..",
                "docker.io",
                ":5000",
                "[::1]");
    }
}
