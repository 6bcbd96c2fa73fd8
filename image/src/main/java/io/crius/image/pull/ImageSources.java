package io.crius.image.pull;

import io.crius.image.auth.CredentialSource;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registry.Transports;
import java.util.function.Supplier;

/**
 * Where images come from and who vouches for them.
 *
 * @param registries the registries.conf in force, asked at each pull
 * @param credentials of the node, for pulls that bring none
 */
public record ImageSources(
        Supplier<RegistriesConf> registries, CredentialSource credentials, Transports transports, PullPolicy policy) {}
