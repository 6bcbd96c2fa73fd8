package io.crius.image.pull;

import io.crius.config.ShortNameMode;
import io.crius.image.auth.CredentialSource;
import io.crius.image.auth.Credentials;
import io.crius.image.auth.RequestAuth;
import io.crius.image.registries.Endpoint;
import io.crius.image.registries.RegistriesConf;
import io.crius.image.registries.ShortNames;
import io.crius.image.registry.RegistryClient;
import io.crius.model.CriusException;
import io.crius.model.ImageReference;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Finds the first place that has the wanted manifest: over what a short name may mean, and over mirrors. */
final class EndpointSearch {
    private static final Logger LOG = System.getLogger(EndpointSearch.class.getName());

    private record Attempt(Endpoint endpoint, CriusException failure) {
        @Override
        public String toString() {
            return "[" + endpoint.reference() + ": " + failure.getMessage() + "]";
        }
    }

    private final ImageSources sources;
    private final ShortNameMode mode;

    EndpointSearch(ImageSources sources, ShortNameMode mode) {
        this.sources = sources;
        this.mode = mode;
    }

    /** What the text may mean, likeliest first; one where it is a full name. */
    List<ImageReference> candidates(PullRequest request) {
        return new ShortNames(sources.registries().get(), mode)
                .toPull(request.image()).stream()
                        .map(ImageReference::withoutTagIfDigested)
                        .toList();
    }

    /** Blocks. Where nothing has it, the error is that of the last candidate, and names the others. */
    FoundImage find(List<ImageReference> candidates, PullRequest request, PullProgress progress) {
        RegistriesConf registries = sources.registries().get();
        List<String> earlier = new ArrayList<>();
        for (int i = 0; ; i++) {
            ImageReference reference = candidates.get(i);
            try (CredentialSource.Lease lease = sources.credentials().lease(request.namespace(), reference)) {
                var wish = new Wish(reference, request.auth(), lease.credentials());
                return find(wish, registries.endpoints(reference), progress).after(earlier);
            } catch (CriusException.Cancelled e) {
                throw e;
            } catch (CriusException e) {
                if (i == candidates.size() - 1) {
                    throw earlier.isEmpty()
                            ? e
                            : PullFailure.again(
                                    e.getMessage() + " (before that: " + String.join("; ", earlier) + ")", e);
                }
                earlier.add(reference + ": " + e.getMessage());
            }
        }
    }

    /** @param given credentials that came with the request */
    private record Wish(ImageReference reference, RequestAuth given, CredentialSource own) {}

    private FoundImage find(Wish wish, List<Endpoint> endpoints, PullProgress progress) {
        List<Attempt> failed = new ArrayList<>();
        for (Endpoint endpoint : endpoints) {
            progress.stage("asking " + endpoint.reference().domain() + " for the manifest");
            try {
                return find(wish.reference, endpoint, asker(wish, endpoint), failed);
            } catch (CriusException.Cancelled e) {
                throw e;
            } catch (CriusException e) {
                LOG.log(Level.DEBUG, () -> endpoint.reference() + " is not to be had: " + e.getMessage());
                failed.add(new Attempt(endpoint, e));
            }
        }
        throw failure(wish.reference, failed);
    }

    private FoundImage find(ImageReference reference, Endpoint endpoint, Asker asker, List<Attempt> failed) {
        var client = new RegistryClient(endpoint, asker.credentials, sources.transports());
        try {
            var how = new FoundImage.Search(
                    asker.words,
                    failed.stream()
                            .map(attempt -> attempt.endpoint.reference() + ": " + attempt.failure.getMessage())
                            .toList());
            return new FoundImage(reference, endpoint, client, client.manifest(), how);
        } catch (CriusException.PermissionDenied e) {
            throw PullFailure.again(e.getMessage() + " (asked " + asker.words + ")", e);
        }
    }

    /** Who asks an endpoint: what is shown, and in words for errors. */
    private record Asker(Credentials credentials, String words) {}

    /** Safety: what came with the request is for the registry in the image's name, not for a mirror elsewhere. */
    private static Asker asker(Wish wish, Endpoint endpoint) {
        if (endpoint.reference().domain().equals(wish.reference.domain())) {
            Credentials given = wish.given.forRegistry(wish.reference.domain());
            if (!given.equals(Credentials.NONE)) {
                return new Asker(given, "as " + given + ", which came with the request");
            }
        }
        Credentials own = wish.own.find(endpoint.reference());
        return new Asker(
                own,
                own.equals(Credentials.NONE) ? "without credentials" : "as " + own + ", which " + wish.own.origin());
    }

    /** Compat: the kind is that of the registry itself, which is asked last. */
    private static CriusException failure(ImageReference reference, List<Attempt> failed) {
        Attempt primary = failed.getLast();
        List<Attempt> mirrors = failed.subList(0, failed.size() - 1);
        String tried = mirrors.isEmpty()
                ? ""
                : "(Mirrors also failed: "
                        + mirrors.stream().map(Attempt::toString).collect(Collectors.joining(" ")) + "): ";
        String place = primary.endpoint.reference().equals(reference) ? "" : " from " + primary.endpoint.reference();
        return PullFailure.within(
                "pull " + reference + place,
                tried.isEmpty()
                        ? primary.failure
                        : PullFailure.within(tried + primary.endpoint.reference(), primary.failure));
    }
}
