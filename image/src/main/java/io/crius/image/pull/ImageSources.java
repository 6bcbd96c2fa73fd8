package io.crius.image.pull;

import io.crius.image.auth.CredentialSource;
import io.crius.image.encryption.KeyFolder;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registry.Transports;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Where images come from, who vouches for them, and who may read them.
 *
 * @param registries the registries.conf in force, asked at each pull
 * @param credentials of the node, for pulls that bring none
 * @param keys for encrypted images
 */
public record ImageSources(
        Supplier<RegistriesConf> registries,
        CredentialSource credentials,
        Transports transports,
        PullPolicy policy,
        KeyFolder keys) {
    private static final Path NOWHERE = Path.of("/nonexistent");

    /** Without keys: encrypted images are refused. */
    public ImageSources(
            Supplier<RegistriesConf> registries,
            CredentialSource credentials,
            Transports transports,
            PullPolicy policy) {
        this(registries, credentials, transports, policy, new KeyFolder(() -> NOWHERE));
    }
}
