package io.crius.image.pull;

import io.crius.image.trust.ImageTrust;
import io.crius.image.trust.Subject;
import io.crius.image.trust.signature.ImageSignature;
import io.crius.image.trust.source.SignatureSources;
import io.crius.model.CriusException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The policy of policy.json and registries.d. Thread-safe. */
public final class TrustedPulls implements PullPolicy {
    private static final Logger LOG = System.getLogger(TrustedPulls.class.getName());

    private final ImageTrust trust;
    private final SignatureSources sources;

    public TrustedPulls(ImageTrust trust, SignatureSources sources) {
        this.trust = trust;
        this.sources = sources;
    }

    /** Signatures are kept even where the policy needs none: another policy may ask when a container is made. */
    @Override
    public List<ImageSignature> admit(Candidate candidate) {
        var subject = new Subject(
                candidate.reference(),
                candidate.instance().digest(),
                candidate.instance().bytes());
        var signatures = new Once(candidate);
        trust.require(subject, candidate.namespace(), signatures::get);
        return signatures.orNone();
    }

    /** The signatures of one image, fetched at most once. For one thread. */
    private final class Once {
        private final Candidate candidate;
        private @Nullable List<ImageSignature> fetched;

        Once(Candidate candidate) {
            this.candidate = candidate;
        }

        List<ImageSignature> get() {
            List<ImageSignature> known = fetched;
            if (known == null) {
                known = sources.signatures(
                        candidate.client(),
                        candidate.place(),
                        candidate.instance().digest());
                fetched = known;
            }
            return known;
        }

        /** Where no requirement asked, a place that cannot be read is no reason to refuse. */
        List<ImageSignature> orNone() {
            try {
                return get();
            } catch (CriusException.Cancelled e) {
                throw e;
            } catch (CriusException e) {
                LOG.log(
                        Level.WARNING,
                        () -> "image " + candidate.reference() + " is stored without its signatures: "
                                + e.getMessage());
                return List.of();
            }
        }
    }
}
