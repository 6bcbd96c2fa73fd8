package io.crius.image.pull;

import io.crius.model.CriusException;
import java.util.List;

/** Errors with more around them, of the same kind. */
final class PullFailure {
    /** Words at the very beginning that kubelet looks for. */
    private static final List<String> REASONS = List.of("RegistryUnavailable: ", "SignatureValidationFailed: ");

    private PullFailure() {}

    /** The failure with {@code what} before its text, but after a reason word. */
    static CriusException within(String what, CriusException failure) {
        String text = String.valueOf(failure.getMessage());
        String reason = REASONS.stream().filter(text::startsWith).findFirst().orElse("");
        return again(reason + what + ": " + text.substring(reason.length()), failure);
    }

    /** A failure of the same kind with another text. */
    static CriusException again(String text, CriusException failure) {
        CriusException copy = switch (failure) {
            case CriusException.NotFound _ -> new CriusException.NotFound(text);
            case CriusException.AlreadyExists _ -> new CriusException.AlreadyExists(text);
            case CriusException.ResourceExhausted _ -> new CriusException.ResourceExhausted(text);
            case CriusException.InvalidArgument _ -> new CriusException.InvalidArgument(text, failure);
            case CriusException.FailedPrecondition _ -> new CriusException.FailedPrecondition(text, failure);
            case CriusException.DeadlineExceeded _ -> new CriusException.DeadlineExceeded(text, failure);
            case CriusException.Cancelled _ -> new CriusException.Cancelled(text, failure);
            case CriusException.Unavailable _ -> new CriusException.Unavailable(text, failure);
            case CriusException.PermissionDenied _ -> new CriusException.PermissionDenied(text, failure);
            case CriusException.DataLoss _ -> new CriusException.DataLoss(text, failure);
            case CriusException.Failed _ -> new CriusException.Failed(text, failure);
        };
        if (copy.getCause() == null) {
            copy.addSuppressed(failure);
        }
        return copy;
    }
}
