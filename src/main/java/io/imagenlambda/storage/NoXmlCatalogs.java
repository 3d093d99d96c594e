package io.imagenlambda.storage;

import com.oracle.svm.core.annotate.Substitute;
import com.oracle.svm.core.annotate.TargetClass;
import java.net.URI;
import javax.xml.catalog.Catalog;
import javax.xml.catalog.CatalogFeatures;

/**
 * For the native compiler, which follows every call that could be made: the SDK reads S3's XML with
 * the JDK's parser, which would look up foreign documents in XML catalogs, which it would read with
 * another parser, which could validate them by XML Schema. S3's XML refers to no other document,
 * and the SDK forbids it. All that is left out by this is a twentieth of the executable.
 */
@SuppressWarnings("DoNotCallSuggester") // nobody calls it but the JDK
@TargetClass(className = "javax.xml.catalog.CatalogManager")
final class NoXmlCatalogs {
  private NoXmlCatalogs() {}

  @Substitute
  static Catalog catalog(CatalogFeatures features, URI... uris) {
    throw new UnsupportedOperationException("XML catalogs");
  }
}
