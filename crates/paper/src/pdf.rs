//! Writes a sheet as PDF.

use krilla::configure::{Accessibility, ConfigurationBuilder};
use krilla::destination::XyzDestination;
use krilla::geom::{PathBuilder, Point, Rect};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;
use krilla::tagging::{Artifact, ArtifactType, ContentTag, Node, SpanTag, Tag, TagGroup, TagTree};
use krilla::text::TextDirection;
use krilla::{Document, SerializeSettings};

use crate::PaperError;
use crate::sheet::{POINT, Run, Sheet, Size, Thing};

/// Millimetres: how thick a frame is.
const FRAME: f32 = 0.4;

/// Draws with everything scaled to the paper.
struct Pen<'a> {
    surface: Surface<'a>,
    scale: f32,
}

/// Writes sheets of the same size as pages of one file; its language is that of the first.
pub fn write(sheets: &[Sheet], size: Size, title: &str) -> Result<Vec<u8>, PaperError> {
    let configuration = ConfigurationBuilder::new()
        .with_accessibility_validator(Accessibility::UA1)
        .finish()
        .map_err(|_| PaperError::Pdf)?;
    let mut document =
        Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let (width, height) = size.millimetres();
    let language = sheets.first().map(|sheet| sheet.language.clone());
    let mut tree = TagTree::new().with_lang(language.clone());
    let mut outline = Outline::new();
    for (number, sheet) in sheets.iter().enumerate() {
        let settings = PageSettings::from_wh(width * POINT, height * POINT).ok_or(PaperError::Pdf)?;
        let mut page = document.start_page_with(settings);
        let nodes = Pen { surface: page.surface(), scale: size.scale() * POINT }.draw_all(sheet)?;
        page.finish();
        if sheets.len() == 1 {
            for node in nodes {
                tree.push(node);
            }
        } else {
            let section = Tag::Section.with_lang(Some(sheet.language.clone()));
            tree.push(TagGroup::with_children(section, nodes));
        }
        let top = XyzDestination::new(number, Point::from_xy(0.0, 0.0));
        outline.push_child(OutlineNode::new(sheet.title.clone(), top));
    }
    document.set_outline(outline);
    let metadata = Metadata::new().title(title.to_owned());
    document.set_metadata(match language {
        Some(language) => metadata.language(language),
        None => metadata,
    });
    document.set_tag_tree(tree);
    document.finish().map_err(|_| PaperError::Pdf)
}

impl Pen<'_> {
    fn draw_all(mut self, sheet: &Sheet) -> Result<Vec<Node>, PaperError> {
        let mut nodes = Vec::new();
        for thing in &sheet.things {
            nodes.extend(self.draw(thing)?);
        }
        Ok(nodes)
    }

    fn draw(&mut self, thing: &Thing) -> Result<Option<Node>, PaperError> {
        Ok(match thing {
            Thing::Heading(runs) => {
                let title: String = runs.iter().map(|run| run.text.as_str()).collect();
                let tag = Tag::Hn(std::num::NonZeroU16::MIN, Some(title));
                Some(self.words(runs, TagGroup::new(tag)))
            }
            Thing::Paragraph(runs) => Some(self.words(runs, TagGroup::new(Tag::P))),
            Thing::Figure(rectangles, alternative) => {
                let mut group = TagGroup::new(Tag::Figure(Some(alternative.clone())));
                group.push(self.surface.start_tagged(ContentTag::Other));
                self.rectangles(rectangles)?;
                self.surface.end_tagged();
                Some(group.into())
            }
            Thing::Frame(at) => {
                let layout = Artifact::with_kind(ArtifactType::Layout);
                self.surface.start_tagged(ContentTag::Artifact(layout));
                self.frame(at)?;
                self.surface.end_tagged();
                None
            }
        })
    }

    fn words(&mut self, runs: &[Run], mut group: TagGroup) -> Node {
        for run in runs {
            let span = SpanTag::empty().with_lang(Some(&run.language));
            group.push(self.surface.start_tagged(ContentTag::Span(span)));
            let at = Point::from_xy(run.x * self.scale, run.baseline * self.scale);
            let points = run.points * self.scale / POINT;
            self.surface.draw_text(
                at,
                run.cut.font.clone(),
                points,
                &run.text,
                false,
                TextDirection::LeftToRight,
            );
            self.surface.end_tagged();
        }
        group.into()
    }

    fn rectangle(&self, [x, y, width, height]: &[f32; 4]) -> Result<Rect, PaperError> {
        let [x, y, width, height] = [x, y, width, height].map(|length| length * self.scale);
        Rect::from_xywh(x, y, width, height).ok_or(PaperError::Pdf)
    }

    /// One path, so that rows which touch leave no light seam between them.
    fn rectangles(&mut self, all: &[[f32; 4]]) -> Result<(), PaperError> {
        let mut path = PathBuilder::new();
        for one in all {
            path.push_rect(self.rectangle(one)?);
        }
        self.surface.draw_path(&path.finish().ok_or(PaperError::Pdf)?);
        Ok(())
    }

    fn frame(&mut self, at: &[f32; 4]) -> Result<(), PaperError> {
        let mut path = PathBuilder::new();
        path.push_rect(self.rectangle(at)?);
        let stroke = Stroke { width: FRAME * self.scale, ..Stroke::default() };
        self.surface.set_fill(None);
        self.surface.set_stroke(Some(stroke));
        self.surface.draw_path(&path.finish().ok_or(PaperError::Pdf)?);
        self.surface.set_stroke(None);
        self.surface.set_fill(Some(Fill::default()));
        Ok(())
    }
}
