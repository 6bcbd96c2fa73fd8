package io.crius.fuzz;

import io.crius.image.encryption.EncryptionTarget;
import io.crius.image.pull.LayerTarget;
import io.crius.image.registries.RegistriesTarget;
import io.crius.image.registry.ChallengeTarget;
import io.crius.image.trust.source.RegistriesDTarget;
import io.crius.network.cni.CniTarget;
import java.io.IOException;
import java.util.List;

/** All targets by name. */
public final class Targets {
    public static final List<String> NAMES = List.of(
            "tar",
            "json",
            "manifest",
            "reference",
            "registries",
            "config",
            "policy",
            "registries-d",
            "signature",
            "layer",
            "cni",
            "challenge",
            "encryption");

    private Targets() {}

    /** Makes one; some take a temporary file or folder, which closing gives back. */
    public static Target open(String name) throws IOException {
        // What the TOML parser asserts of itself is off in the daemon, and Jazzer and the tests' JVM turn it on.
        ClassLoader.getSystemClassLoader().setPackageAssertionStatus("org.tomlj", false);
        return switch (name) {
            case "tar" -> new TarTarget();
            case "json" -> new JsonTarget();
            case "manifest" -> new ManifestTarget();
            case "reference" -> new ReferenceTarget();
            case "registries" -> new RegistriesTarget();
            case "config" -> new ConfigTarget();
            case "policy" -> new PolicyTarget();
            case "registries-d" -> new RegistriesDTarget();
            case "signature" -> new SignatureTarget();
            case "layer" -> new LayerTarget();
            case "cni" -> new CniTarget();
            case "challenge" -> new ChallengeTarget();
            case "encryption" -> new EncryptionTarget();
            default -> throw new IllegalArgumentException("target \"" + name + "\" is unknown; there are " + NAMES);
        };
    }
}
